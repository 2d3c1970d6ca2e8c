# * -> error: cannot read the file
raise SyntaxError("\x1b[2J\x1b[32mPASSED\x1b[0m <script>alert(1)</script><img src=x onerror=alert(1)>\n")
