"""The composer of conditions: a tree of groups and lines as typed, in the browser without code and without JavaScript.

    posting.read(posted) → nodes.Group → nodes.edited(group, "add:c_0") → the next form
                                       → writing.condition(group, fields) → the tree, or what is wrong with each line
    reading.group(condition, fields)   → the form that writes an equal tree
    showing.shown(group, fields, …)    → what the template draws

Invariants: nothing typed is lost by an edit or an error; any tree that ``kernel.conditions`` reads can be shown and
changed here. Pure but for reading a posted form.
"""
