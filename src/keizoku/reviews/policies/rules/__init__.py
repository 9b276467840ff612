"""Pure rules of automatic approval: states, the policy's text, the judgement of one answer, the draw."""
