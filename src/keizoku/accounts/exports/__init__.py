"""Requests for files with the personal data of many: asked by one, approved by another, produced once, told by a watermark.

I own the requests. Invariants: whoever asked never approves (the action, a constraint and a trigger say so); an approved
request makes one file, of no more people than were approved, within three days; what was asked for is never changed.
The rooms that make files call ``take`` and put the watermark into each row or page. Which files there are: ``rules.FILES``.
"""
