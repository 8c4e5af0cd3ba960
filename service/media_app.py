"""Composition of the media process: ``gunicorn -k gthread "service.media_app:create_media_app()"``.

It knows the settings and the keys and never opens the database.
"""
