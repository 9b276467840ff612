"""The outside world in one process: LINE, an SMTP host, the customers' phones, and customers who answer.

I stand beside the house and import nothing of it, so that what I count is independent of what it believes.
I speak the carriers' own protocols; my journals are written before any de-duplication and on my own clock.
Only the command line starts me; tests talk to me over HTTP and SMTP as the product does.
"""
