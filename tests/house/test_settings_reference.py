from scripts.settings_reference import PAGE, reference


def test_the_page_of_settings_is_what_the_settings_say() -> None:
    assert PAGE.read_text(encoding="utf-8") == reference(), "run `make reference`"
