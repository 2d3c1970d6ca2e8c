# expected_best -> failed: raised a Exception
Markup = type("<script>alert(1)</script>\x1b[2J", (Exception,), {})
def expected_best(scores, n): raise Markup("<img src=x onerror=alert(1)>")
