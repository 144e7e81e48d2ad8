"""The door for programs: ``/api/v1/``, which anybody may read and curators may write to.

    base              RecordViewSet: lists, records, their relations; how they are cached
    person … collection, term      serializer and viewset of each noun together
    fields, named_fields, record   what serializers share
    parameters, paging             the parameters of an address, and pages of a list
    writing, nested   create, change, withdraw; relations as resources of their own
    changes, dump_files            for those who keep a copy
    tokens, problem                who asks, and what went wrong (RFC 9457)
    openapi, schemas, operations, described_parameters, glossary, console
                      the description of all this, and the page that shows it

Documents are made and kept by ``catalog.documents``. Each is declared once, by a serializer: the
description, the glossary and the parsing of what curators send follow from it, and a contract test
checks the documents against it.
"""
