"""The URLs: which door answers under which path.

Pages are under the language that they speak (``/people/`` English, ``/es/people/`` Spanish). What
is not in words (permanent links, pictures, files for programs) has one address for all languages.
"""

from __future__ import annotations

from django.conf.urls.i18n import i18n_patterns
from django.contrib import admin
from django.urls import include, path

from catalog.admin import help_page, rules_page
from catalog.pages import permanent, program_files, search_collection, sitemaps
from catalog.pages.record_files import record_file
from catalog.pages.vocabulary_files import vocabulary_file

handler400 = "catalog.pages.errors.bad_request"
handler403 = "archive_site.refusals.permission_denied"
handler404 = "catalog.pages.errors.page_not_found"
handler500 = "catalog.pages.errors.server_error"

urlpatterns = [
    path("id/<uuid:uuid>", permanent.permanent, name="permanent"),
    path("id/<uuid:uuid>.<str:suffix>", record_file, name="record-file"),
    path("vocabularies/<slug:vocabulary>.jsonld", vocabulary_file, name="vocabulary-file"),
    path("api/", include("catalog.api.urls")),
    path("iiif/search", search_collection.search_collection, name="search-collection"),
    path("", include("catalog.iiif.urls")),
    path("", include("catalog.oai.urls")),
    path("favicon.ico", program_files.favicon),
    path("sitemap.xml", sitemaps.index, name="sitemap-index"),
    path("sitemaps/pages.xml", sitemaps.pages, name="sitemap-pages"),
    path("sitemaps/<slug:plural>-<int:number>.xml", sitemaps.records, name="sitemap"),
    path("robots.txt", program_files.robots, name="robots"),
    path("healthz", program_files.healthz, name="healthz"),
    *i18n_patterns(
        path("admin/help/", admin.site.admin_view(help_page), name="admin-help"),
        path("admin/help/rules/", admin.site.admin_view(rules_page), name="admin-house-rules"),
        path("admin/", admin.site.urls),
        path("", include("catalog.pages.urls")),
        prefix_default_language=False,
    ),
]
