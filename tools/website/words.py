"""What the site itself says, by language; another edition adds its own table."""

WORDS = {
    "en": {
        "title": "aeteach",
        "skip": "Skip to the text",
        "menu": "Contents",
        "pages": "Pages",
        "notebooks": "Notebooks",
        "more": "More",
        "on_this_page": "On this page",
        "search": "Search",
        "results": "Search results",
        "found": "Places found: ",
        "dark": "Dark theme",
        "previous": "Previous",
        "next": "Next",
        "neighbours": "Previous and next page",
        "download": "Download this notebook",
        "binder": "Open on Binder",
        "code": "Code",
        "solution": "Solution",
        "in_words": "In words",
        "minutes": "minutes",
        "lecture": "lecture",
        "table": "table",
        "setup": "Run it yourself",
        "asleep": "This one is drawn while you drag, which needs a running notebook: "
        "download the notebook and run this cell.",
        "failed": "This picture could not be brought to life; here it stands still.",
        "script": "The sliders move and the search works once JavaScript is allowed.",
    },
}
