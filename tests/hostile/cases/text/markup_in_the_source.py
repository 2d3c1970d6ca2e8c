# * -> error: cannot read the file
<script>alert(1)</script> \x1b[32m PASSED
