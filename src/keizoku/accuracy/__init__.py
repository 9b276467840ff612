"""How often the readers are right: any labelled folder in, one JSON object out, with its sample size and interval.

I own what is counted and how; `keizoku.vision` owns what is judged. What was kept out of tuning is counted apart. Nobody
imports me; the command line calls me by name.
"""
