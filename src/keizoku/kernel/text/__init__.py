"""Japan's text: the one place that knows kana, eras, hyphens, variant kanji, encodings, phones and addresses.

Pure Python, no Django, no network. What is stored of a customer is the original as the institution wrote it;
everything called *fold* here is for comparing and searching only. Anybody may call these functions.
"""
