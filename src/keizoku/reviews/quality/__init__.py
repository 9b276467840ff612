"""品質確認: a share of all decisions is looked at again by somebody who did not make them.

Invariants: whether a decision is drawn follows from a keyed digest of its review and round alone, so that nobody can guess,
choose or avoid it, and anybody with the key can prove it again; who decided does not check (a trigger refuses it), nor who
answers for the policy that decided; a finding changes nothing by itself: a person opens a task or a new review (ADR 0044).
"""
