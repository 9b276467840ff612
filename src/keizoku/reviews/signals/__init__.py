"""What stands beside a case: what changed since last time, what another source contradicts, why the rating would move.

Signals are made of rows and of the record under the case's own grant; nothing is written. They never read circumstances
(ADR 0012), so that a case tells nobody of them.
"""
