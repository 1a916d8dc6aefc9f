/** A customer's mail with one attached text file; subject and file name as mail programs encode Cyrillic. */
export function mailWithFile(mail: {
  subject: string
  messageId: string
  to: string
  fileName: string
  fileText: string
}): Buffer {
  const word = (text: string) => `=?utf-8?B?${Buffer.from(text).toString('base64')}?=`
  return Buffer.from(
    [
      'From: Ivana <ivana@customer.test>',
      `To: ${mail.to}`,
      `Subject: ${word(mail.subject)}`,
      `Date: ${new Date().toUTCString()}`,
      `Message-ID: <${mail.messageId}>`,
      'MIME-Version: 1.0',
      'Content-Type: multipart/mixed; boundary=b1',
      '',
      '--b1',
      'Content-Type: text/plain; charset=utf-8',
      'Content-Transfer-Encoding: base64',
      '',
      Buffer.from('Здравейте, кутията пристигна празна.\r\n').toString('base64'),
      '--b1',
      'Content-Type: text/plain; charset=utf-8',
      `Content-Disposition: attachment; filename="${word(mail.fileName)}"`,
      'Content-Transfer-Encoding: base64',
      '',
      Buffer.from(mail.fileText).toString('base64'),
      '--b1--',
      '',
    ].join('\r\n'),
  )
}

/** Every common way in: scripts, handlers, frames, forms, styles, remote pictures, a refresh. */
export function hostileMail(mail: { to: string; subject: string }): Buffer {
  const html = `<!doctype html><html><head>
<meta http-equiv="refresh" content="0;url=https://evil.test/refresh">
<base href="https://evil.test/">
<link rel="stylesheet" href="https://evil.test/style.css">
<style>@import url(https://evil.test/import.css); body { background: url(https://evil.test/body.png) }
@font-face { font-family: x; src: url(https://evil.test/font.woff2) } p { font-family: x }</style>
<script>window.wasRun = 1; top.wasRun = 1; localStorage.setItem('wasRun', 'wasRun')</script>
<script src="https://evil.test/script.js"></script></head>
<body onload="window.wasRun = 2; parent.wasRun = 2" background="https://evil.test/old.png">
<p onmouseover="parent.wasRun = 3" style="background-image:url('https://evil.test/p.png')">harmless words</p>
<img src="x" onerror="parent.wasRun = 4"><img src="https://evil.test/pixel.gif" width="1" height="1">
<img srcset="https://evil.test/set.png 2x" src="https://evil.test/one.png">
<svg onload="parent.wasRun = 5"><image href="https://evil.test/svg.png"/><script>parent.wasRun = 6</script></svg>
<iframe src="https://evil.test/frame"></iframe><iframe srcdoc="<script>top.wasRun = 7</script>"></iframe>
<object data="https://evil.test/object"></object><embed src="https://evil.test/embed">
<video src="https://evil.test/film" poster="https://evil.test/poster.png" autoplay></video>
<form action="https://evil.test/form"><input autofocus onfocus="parent.wasRun = 8"></form>
<a href="javascript:parent.wasRun = 9">click</a><details open ontoggle="parent.wasRun = 10">x</details>
<math><mtext><table><mglyph><style><!--</style><img title="--&gt;&lt;img src=1 onerror=parent.wasRun=11&gt;"></table></mtext></math>
</body></html>`
  return Buffer.from(
    [
      'From: Prize <prize@evil.test>',
      `To: ${mail.to}`,
      `Subject: ${mail.subject}`,
      `Date: ${new Date().toUTCString()}`,
      'Message-ID: <prize.1@evil.test>',
      'MIME-Version: 1.0',
      'Content-Type: text/html; charset=utf-8',
      '',
      html.replaceAll('\n', '\r\n'),
      '',
    ].join('\r\n'),
  )
}
