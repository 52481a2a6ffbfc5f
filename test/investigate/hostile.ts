/** Texts that an attacker might put into a user agent, a name or an error message. */
export const hostileTexts: readonly string[] = [
  '<script>alert(1)</script>',
  '"><img src=x onerror=alert(1)>',
  "' onmouseover='alert(1)",
  '" onfocus="alert(1)" autofocus="',
  '<a href="javascript:alert(1)">owner</a>',
  'javascript:alert(1)',
  '</style><style>*{display:none}</style>',
  '</title></code></td></table><h1>All clear</h1>',
  '<!-- hidden',
  ']]><svg/onload=alert(1)>',
  '&lt;script&gt;&#x3c;b&#x3e;',
  '\u001b[2J\u001b[1;1H\u001b]0;owned\u0007\u001b]8;;http://evil.example\u0007ok',
  '\u009b31mred\u0090payload\u009c',
  'invoice\u202egpj.exe\u2066x\u2069\u200f',
  'ad\u200bmin\ufeff\u00ad\u2028\u2029\u3164\u{e0041}',
  'lone \ud800 surrogate',
  'two\nlines\r\nand\ta tab\rover',
  '=HYPERLINK("http://evil.example","ok")',
  '+1+cmd|/c calc!A0',
  '-2+3',
  '@SUM(A1)',
  '\t=1+1',
  '\r=1+1',
  'a "quoted", comma',
  '`$(reboot)`',
];

export const megabyte = '<b>\u001b[31m'.padEnd(1_000_000, 'x');

/** Characters that must not reach a terminal or a page. */
export const unsafe = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\u3164]/u;
