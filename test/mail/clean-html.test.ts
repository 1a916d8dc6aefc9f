import { describe, expect, test } from 'vitest'
import { cleanHtml } from '../../src/mail/clean-html.ts'
import { htmlToPlainText } from '../../src/mail/html-text.ts'
import { cpuMsOf } from './cpu-time.ts'

describe('what of a mail’s HTML may reach the browser', () => {
  test.each([
    ['<script>alert(1)</script>hi', 'hi'],
    ['<p onclick="x()" id="location" name="cookie" class="c">hi</p>', '<p>hi</p>'],
    ['<svg onload=alert(1)><style><img src=x onerror=alert(1)></style></svg>hi', 'hi'],
    [
      '<math><mtext><table><mglyph><style><!--</style><img title="--&gt;&lt;img src=1 onerror=alert(1)&gt;">',
      '<table><img title="--&gt;&lt;img src=1 onerror=alert(1)&gt;" /></table>',
    ],
    [
      '<form action="https://evil.example"><input type=password><button formaction=x>go</button></form>',
      'go',
    ],
    ['<a href="java\tscript:alert(1)">x</a>', '<a>x</a>'],
    ['<bdo dir="rtl">drow</bdo>', 'drow'],
    ['<p style="direction:rtl;unicode-bidi:bidi-override">drow</p>', '<p style="direction:rtl">drow</p>'],
    ['<a href="JAVASCRIPT&#58;alert(1)">x</a>', '<a>x</a>'],
    ['<a href="data:text/html,<script>1</script>">x</a>', '<a>x</a>'],
    ['<a href="//evil.example/x" target="_top">x</a>', '<a>x</a>'],
    [
      '<iframe srcdoc="<script>1</script>"></iframe><object data=x></object><embed src=x><base href=x>hi',
      'hi',
    ],
    ['<meta http-equiv=refresh content="0;url=//evil.example"><link rel=stylesheet href=x>hi', 'hi'],
    ['<video poster="http://evil.example/x"><source src=x></video><audio src=x></audio>hi', 'hi'],
    [
      '<table background="http://evil.example/x"><tr><td background=x>c</td></tr></table>',
      '<table><tr><td>c</td></tr></table>',
    ],
    ['<img src="data:image/svg+xml;base64,AAAA">', '<img />'],
    [
      '<img src="http://evil.example/p.gif" srcset="http://evil.example/q.gif 2x" onerror=x>',
      '<img data-remote-src="http://evil.example/p.gif" />',
    ],
    ['<img src="cid:logo@example.org" data-remote-src="javascript:1">', '<img src="cid:logo@example.org" />'],
    [
      '<p style="color:red;position:fixed;background:url(http://evil.example/x)">x</p>',
      '<p style="color:red">x</p>',
    ],
    [
      '<p style="color:rgb(1,2,3);width:expression(alert(1));font-family:\\75rl(x)">x</p>',
      '<p style="color:rgb(1,2,3)">x</p>',
    ],
    ['<p style="margin-top:-900px;color:var(--x)">x</p>', '<p>x</p>'],
    ['<p style="height:100vh;width:50VW;padding:1.5dvh;color:red">x</p>', '<p style="color:red">x</p>'],
    ['<p style="height:99999px;padding:1e9px;margin-top:9cqmax">x</p>', '<p>x</p>'],
    [
      '<p style="color:#123456;line-height:1.38461538;width:9999px">x</p>',
      '<p style="color:#123456;line-height:1.38461538;width:9999px">x</p>',
    ],
    [
      '<table width="600" height="1000000"><tr><td rowspan="65534">c</td></tr></table>',
      '<table width="600"><tr><td>c</td></tr></table>',
    ],
  ])('%s', (dirty, clean) => {
    const result = cleanHtml(dirty)

    expect(result).toBe(clean)
  })

  test('a link opens elsewhere and tells nothing', () => {
    const clean = cleanHtml('<a href="https://Example.org/a?b=1&c=2" target="_top" rel="opener">x</a>')

    expect(clean).toBe(
      '<a href="https://example.org/a?b=1&amp;c=2" rel="noopener noreferrer nofollow" target="_blank">x</a>',
    )
  })

  test('cleaning what is clean changes nothing', () => {
    const dirty =
      '<div style="color:red">a<blockquote>b<img src="https://x.example/i.png"></blockquote><a href="mailto:a@b.example">c</a></div>'
    const once = cleanHtml(dirty) ?? ''

    const twice = cleanHtml(once.replace('data-remote-src', 'src'))

    expect(twice).toBe(once)
  })

  test('HTML over the limits is refused, at once', async () => {
    const results: unknown[] = []

    const cpuMs = await cpuMsOf(() => {
      results.push(cleanHtml('<b>'.repeat(200_000)), cleanHtml('x'.repeat(2_000_000)))
    })

    expect(results).toEqual([null, null])
    expect(cpuMs).toBeLessThan(200)
  })

  test('4,000 nested blocks keep their words; of 20,000 the text is shown', () => {
    const clean = cleanHtml(`${'<div>'.repeat(4_000)}words`)
    const tooDeep = cleanHtml(`${'<div>'.repeat(20_000)}words`)

    expect(clean).toContain('words')
    expect(tooDeep).toBeNull()
  })
})

describe('the text of HTML', () => {
  test.each([
    ['<p>one</p><p>two</p>', 'one\n\ntwo'],
    ['one<br><br>two', 'one\n\ntwo'],
    ['<table><tr><td>a</td><td>b</td></tr><tr><td>c</td></tr></table>', 'a b\nc'],
    ['a&nbsp;&lt;b&gt; &amp;amp; &#1046;&#x416;', 'a <b> &amp; ЖЖ'],
    ['<pre>a\n  b</pre>', 'a\n  b'],
    ['<style>p{}</style><title>t</title>x<!-- <p> -->y', 'xy'],
    ['a < b and <3', 'a < b and <3'],
    ['<blockquote>a<blockquote>b</blockquote></blockquote>c', '> a\n>\n>> b\n>\nc'],
  ])('%s', (html, text) => {
    const result = htmlToPlainText(html)

    expect(result).toBe(text)
  })
})
