"""The phone to look at: what any customer has in their LINE talk and mailbox, as web pages. Marked 模擬環境."""
