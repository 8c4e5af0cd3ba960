import json
from datetime import timedelta
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from xml.etree.ElementTree import Element

import pytest
from defusedxml import ElementTree
from flask.testing import FlaskClient

from ivr.catalogue import catalogue
from ivr.categories import Category
from ivr.locale import locales
from ivr.messages import WhenLabel
from service.domain.report import Occurred, Place, Publication, Status, TimePrecision
from service.usecases import show_feed
from service.web import pages
from tests.service.web.public_line import PublicLine, public_line

ATOM = "{http://www.w3.org/2005/Atom}"
FORMS = ("/g/demo/", "/g/demo/feed.json", "/g/demo/feed.atom")


def items(visitor: FlaskClient, query: str = "") -> list[dict[str, Any]]:
    answer = visitor.get(f"/g/demo/feed.json{query}")
    assert answer.status_code == 200
    found: list[dict[str, Any]] = json.loads(answer.get_data())["items"]
    return found


def entries(visitor: FlaskClient, query: str = "") -> list[Element]:
    return list(ElementTree.fromstring(visitor.get(f"/g/demo/feed.atom{query}").get_data()).iter(f"{ATOM}entry"))


def html(visitor: FlaskClient, query: str = "?lang=nl") -> str:
    return visitor.get(f"/g/demo/{query}").get_data(as_text=True)


class TestAllForms:
    @pytest.mark.parametrize("path", FORMS)
    def test_show_what_is_published_and_nothing_else(self, public: PublicLine, visitor: FlaskClient, path: str) -> None:
        public.published(redacted="gepubliceerd")
        for other in (Publication.PENDING, Publication.PRIVATE, Publication.REJECTED, Publication.RETRACTED):
            public.file(redacted="verborgen", publication=other)
        public.file(redacted="verborgen", practice=True)
        text = visitor.get(path).get_data(as_text=True)
        assert "gepubliceerd" in text
        assert "verborgen" not in text

    @pytest.mark.parametrize("path", FORMS)
    def test_what_is_retracted_is_gone(self, public: PublicLine, visitor: FlaskClient, path: str) -> None:
        report = public.published(redacted="weg ermee")
        before = visitor.get(path)
        public.move(seconds=5)
        public.retract(report)
        after = visitor.get(path, headers={"If-None-Match": before.headers["ETag"]})
        assert after.status_code == 200
        assert "weg ermee" not in after.get_data(as_text=True)

    @pytest.mark.parametrize("path", FORMS)
    def test_a_group_that_is_closed_and_one_that_is_not_there_are_alike(
        self, public: PublicLine, visitor: FlaskClient, path: str
    ) -> None:
        with public.line.store.begin() as unit:
            unit.groups.add("dicht", "Dichte buurt", ["nl"], [])
        closed, missing = (visitor.get(path.replace("demo", slug)) for slug in ("dicht", "nergens"))
        assert closed.status_code == missing.status_code == 404
        own = {"X-Request-Id", "Content-Length"}
        assert {k: v for k, v in closed.headers if k not in own} == {k: v for k, v in missing.headers if k not in own}
        assert "Dichte" not in closed.get_data(as_text=True)

    @pytest.mark.parametrize("path", FORMS)
    def test_who_has_it_already_is_told_so(self, public: PublicLine, visitor: FlaskClient, path: str) -> None:
        report = public.published()
        public.move(seconds=5)
        first = visitor.get(path)
        tag, changed = first.headers["ETag"], first.headers["Last-Modified"]
        assert parsedate_to_datetime(changed) == report.updated_at
        assert "no-cache" in first.headers["Cache-Control"]
        assert "Accept-Language" in first.headers["Vary"]
        for condition in ({"If-None-Match": tag}, {"If-Modified-Since": changed}):
            again = visitor.get(path, headers=condition)
            assert (again.status_code, again.get_data()) == (304, b"")
        public.change(report, Status.IN_PROGRESS)
        public.move(seconds=1)
        for condition in ({"If-None-Match": tag}, {"If-Modified-Since": changed}):
            assert visitor.get(path, headers=condition).status_code == 200

    @pytest.mark.parametrize("path", FORMS)
    def test_a_change_within_the_same_second_is_not_missed(
        self, public: PublicLine, visitor: FlaskClient, path: str
    ) -> None:
        public.published()
        first = visitor.get(path)
        assert "Last-Modified" not in first.headers
        public.published(redacted="nog een")
        again = visitor.get(path, headers={"If-None-Match": first.headers["ETag"]})
        assert again.status_code == 200

    @pytest.mark.parametrize("path", FORMS)
    def test_another_language_is_another_answer(self, public: PublicLine, visitor: FlaskClient, path: str) -> None:
        public.published()
        dutch = visitor.get(path, headers={"Accept-Language": "nl"})
        turkish = visitor.get(path, headers={"Accept-Language": "tr", "If-None-Match": dutch.headers["ETag"]})
        assert turkish.status_code == 200
        assert catalogue("tr").text("category.noise") in turkish.get_data(as_text=True)

    @pytest.mark.parametrize("path", FORMS)
    @pytest.mark.parametrize(
        "before", ["yesterday", "2026-11-24T08:00:00", "", "2026-11-24T08:00:00 00:00", "0001-01-01T00:00:00+14:00"]
    )
    def test_a_page_that_cannot_be_is_refused(self, visitor: FlaskClient, path: str, before: str) -> None:
        assert visitor.get(path, query_string={"before": before}).status_code == 400

    def test_are_for_everybody_when_the_feed_is_open(self, public: PublicLine, visitor: FlaskClient) -> None:
        assert visitor.get("/g/demo/feed.json").headers["Access-Control-Allow-Origin"] == "*"

    def test_lead_from_page_to_page(
        self, public: PublicLine, visitor: FlaskClient, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(show_feed, "PAGE", 2)
        codes = []
        for _ in range(5):
            public.move(seconds=1)
            codes.append(public.published().code)
        found, address = [], "/g/demo/feed.json?lang=tr"
        while address:
            document = json.loads(visitor.get(address).get_data())
            found.append([item["_report"]["code"] for item in document["items"]])
            parts = urlsplit(document.get("next_url", ""))
            address = parts.path and f"{parts.path}?{parts.query}"
        newest_first = codes[::-1]
        assert found == [newest_first[:2], newest_first[2:4], newest_first[4:]]
        assert 'rel="next"' in html(visitor)
        atom = ElementTree.fromstring(visitor.get("/g/demo/feed.atom").get_data())
        assert [link.get("rel") for link in atom.findall(f"{ATOM}link")] == ["alternate", "self", "next"]


class TestPage:
    @pytest.mark.parametrize("code", locales())
    def test_has_the_structure_in_the_visitors_language(
        self, public: PublicLine, visitor: FlaskClient, code: str
    ) -> None:
        public.change(public.published(language="pl", redacted="Głośna muzyka"), Status.IN_PROGRESS)
        page = html(visitor, f"?lang={code}")
        text = catalogue(code).text
        assert f'<html lang="{code}" dir="{locales()[code].direction}">' in page
        assert text("category.noise") in page
        assert text("status.in_progress") in page
        assert '<blockquote dir="auto">Głośna muzyka</blockquote>' in page

    def test_words_are_text_and_no_markup(self, public: PublicLine, visitor: FlaskClient) -> None:
        public.published(redacted='<script>alert(1)</script> & "x"', place=Place("<b>Kerkstraat</b>"))
        page = html(visitor)
        assert "<script>" not in page
        assert "<b>" not in page
        assert "&lt;script&gt;alert(1)&lt;/script&gt; &amp; &#34;x&#34;" in page

    def test_tells_how_to_report(self, visitor: FlaskClient) -> None:
        page = html(visitor)
        assert 'href="tel:+31850000001"' in page
        assert "085 000 0001" in page
        assert 'href="tel:112"' in page
        assert catalogue("nl").text("feed.empty") in page

    @pytest.mark.parametrize("demo", [True, False])
    def test_leads_to_the_web_phone_in_the_demo_only(self, tmp_path: Path, demo: bool) -> None:
        with public_line(tmp_path, demo=demo) as line:
            assert ('href="/phone/?group=demo' in html(line.app.test_client())) is demo

    @pytest.mark.parametrize(("category", "shown"), [(Category.LITTER, "Molenweg 12b"), (Category.NOISE, "Molenweg")])
    def test_shows_the_number_where_it_is_public(
        self, public: PublicLine, visitor: FlaskClient, category: Category, shown: str
    ) -> None:
        public.published(category=category, place=Place("Molenweg", "12", "b"))
        assert f"<bdi>{shown}</bdi>" in html(visitor)

    def test_every_category_has_a_drawing(self) -> None:
        drawings = (Path(pages.__file__).parent / "static" / "icons.svg").read_text(encoding="utf-8")
        assert [category for category in Category if f'<symbol id="{category}"' not in drawings] == []

    def test_languages_keep_the_page_that_is_read(self, public: PublicLine, visitor: FlaskClient) -> None:
        page = html(visitor, "?before=2026-11-24T08:00:00%2B00:00")
        assert 'href="?before=2026-11-24T08%3A00%3A00%2B00%3A00&amp;lang=ar"' in page


class TestTime:
    @pytest.mark.parametrize(
        ("occurred", "shown"),
        [
            (Occurred(), None),
            (Occurred(WhenLabel.EVENING, precision=TimePrecision.RECURRING), "'s avonds"),
            ((WhenLabel.NOW, 0, 1, TimePrecision.MINUTE), "di 24 nov, 09:00"),
            ((WhenLabel.TODAY, -9 * 60, 0, TimePrecision.DAY), "di 24 nov"),
            ((WhenLabel.THIS_MORNING, -120, 0, TimePrecision.PART_OF_DAY), "di 24 nov, 07:00 – 09:00"),
            ((WhenLabel.YESTERDAY_EVENING, -15 * 60, -9 * 60, TimePrecision.PART_OF_DAY), "ma 23 nov, 18:00 – 00:00"),
            ((WhenLabel.LAST_NIGHT, -11 * 60, -180, TimePrecision.PART_OF_DAY), "ma 23 nov, 22:00 – di 24 nov, 06:00"),
        ],
    )
    def test_is_as_exact_as_it_is_known(
        self,
        public: PublicLine,
        visitor: FlaskClient,
        occurred: Occurred | tuple[WhenLabel, int, int, TimePrecision],
        shown: str | None,
    ) -> None:
        if isinstance(occurred, tuple):
            label, start, end, precision = occurred
            now = public.now
            occurred = Occurred(label, now + timedelta(minutes=start), now + timedelta(minutes=end), precision)
        public.published(occurred=occurred)
        page = html(visitor).replace("&#39;", "'")
        if shown is None:
            assert f"<dt>{catalogue('nl').text('feed.occurred')}</dt>" not in page
        else:
            assert f"<dd>{shown}</dd>" in page

    def test_of_another_year_names_it(self, public: PublicLine, visitor: FlaskClient) -> None:
        public.published()
        public.move(days=60)
        assert "dinsdag 24 november 2026, 09:00" in html(visitor)

    def test_is_by_dutch_clocks_in_summer_too(self, public: PublicLine, visitor: FlaskClient) -> None:
        public.move(days=200)
        public.published()
        assert "za 12 jun, 10:00" in html(visitor)


class TestJson:
    def test_is_a_json_feed_with_the_public_report(self, public: PublicLine, visitor: FlaskClient) -> None:
        report = public.published(place=Place("Kerkstraat", "4"), category=Category.TRAFFIC)
        answer = visitor.get("/g/demo/feed.json?lang=en")
        assert answer.mimetype == "application/feed+json"
        document = json.loads(answer.get_data())
        (item,) = document.pop("items")
        assert document == {
            "version": "https://jsonfeed.org/version/1.1",
            "title": "Reports in Demobuurt",
            "home_page_url": "https://line.example/g/demo/?lang=en",
            "feed_url": "https://line.example/g/demo/feed.json?lang=en",
            "description": catalogue("en").text("feed.intro"),
            "language": "en",
            "authors": [{"name": "Demobuurt"}],
        }
        published = item.pop("_report")
        assert item == {
            "id": f"https://line.example/g/demo/#{report.code}",
            "url": f"https://line.example/g/demo/#{report.code}",
            "title": f"{catalogue('en').text('category.traffic')}: Kerkstraat 4",
            "content_text": "Harde muziek",
            "summary": f"{catalogue('en').text('status.received')} · Tuesday 24 November, 09:00",
            "date_published": "2026-11-24T08:00:00+00:00",
            "date_modified": "2026-11-24T08:00:00+00:00",
            "tags": [catalogue("en").text("category.traffic")],
        }
        assert (published["code"], published["text"], published["place"]["street"]) == (
            report.code,
            "Harde muziek",
            "Kerkstraat",
        )

    def test_each_report_has_its_own_follow_up(self, public: PublicLine, visitor: FlaskClient) -> None:
        reports = [public.published() for _ in range(3)]
        public.change(reports[0], Status.IN_PROGRESS)
        public.change(reports[2], Status.PLANNED)
        public.change(reports[0], Status.RESOLVED)
        found = [item["_report"] for item in items(visitor)]
        steps = {report["code"]: [step["status"] for step in report["follow_up"]] for report in found}
        assert [steps[report.code] for report in reports] == [["in_progress", "resolved"], [], ["planned"]]

    def test_a_report_without_words_still_says_something(self, public: PublicLine, visitor: FlaskClient) -> None:
        public.published(redacted="", place=Place("Kerkstraat"))
        assert items(visitor, "?lang=nl")[0]["content_text"] == "Lawaai: Kerkstraat"

    def test_ids_stay_whatever_the_language(self, public: PublicLine, visitor: FlaskClient) -> None:
        public.published()
        ids = {str(items(visitor, query)[0]["id"]) for query in ("", "?lang=ar", "?lang=pl")}
        assert len(ids) == 1
        assert {entry.findtext(f"{ATOM}id") for entry in entries(visitor, "?lang=uk")} == ids


class TestAtom:
    def test_has_what_the_standard_asks_for(self, public: PublicLine, visitor: FlaskClient) -> None:
        report = public.published(redacted="<Harde> muziek & meer", place=Place("Kerkstraat"))
        public.move(minutes=5)
        public.change(report, Status.RESOLVED)
        answer = visitor.get("/g/demo/feed.atom?lang=nl")
        assert answer.mimetype == "application/atom+xml"
        feed = ElementTree.fromstring(answer.get_data())
        assert feed.findtext(f"{ATOM}title") == "Meldingen in Demobuurt"
        assert feed.findtext(f"{ATOM}updated") == "2026-11-24T08:05:00+00:00"
        assert feed.findtext(f"{ATOM}author/{ATOM}name") == "Demobuurt"
        links = {link.get("rel"): link.get("href") for link in feed.findall(f"{ATOM}link")}
        assert links["self"] == "https://line.example/g/demo/feed.atom?lang=nl"
        (entry,) = feed.iter(f"{ATOM}entry")
        assert entry.findtext(f"{ATOM}title") == "Lawaai: Kerkstraat"
        assert entry.findtext(f"{ATOM}content") == "<Harde> muziek & meer"
        assert entry.findtext(f"{ATOM}published") == "2026-11-24T08:00:00+00:00"
        assert entry.findtext(f"{ATOM}updated") == "2026-11-24T08:05:00+00:00"
        category = entry.find(f"{ATOM}category")
        assert category is not None
        assert category.get("term") == "noise"

    @pytest.mark.parametrize("words", ["a\x0bb", "\u202eomgekeerd", "\x1b[31m", "\ufffe", "\x85"])
    def test_can_be_read_whatever_was_said(self, public: PublicLine, visitor: FlaskClient, words: str) -> None:
        public.published(redacted=words)
        assert len(entries(visitor)) == 1

    def test_of_a_group_without_reports_is_one_too(self, visitor: FlaskClient) -> None:
        assert entries(visitor) == []
        first, second = (visitor.get("/g/demo/feed.atom").headers["ETag"] for _ in range(2))
        assert first == second
