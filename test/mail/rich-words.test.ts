import { describe, expect, test } from 'vitest'
import { isRich, mentionsIn, nameMentions, picturesIn, readRichWords } from '../../src/mail/rich-words.ts'
import { writeKeptHtml, writeMailHtml, writePlainWords } from '../../src/mail/write-rich-words.ts'
import { cpuMsOf } from './cpu-time.ts'

const ID = '3f0c1a52-9a4e-4f0e-8a39-5a3f6f6d1c11'
const read = (html: string) => readRichWords(html) ?? []
const kept = (html: string) => writeKeptHtml(read(html))
const text = (html: string) => writePlainWords(read(html))

describe('an agent’s words', () => {
  test('keep their looks, and what is kept reads as itself', () => {
    const html =
      '<p>Dear <strong>Ann</strong>,</p><p></p><ul><li><p>one</p></li><li><p>two <em>and</em> <code>x=1</code></p></li></ul><p><em><u>now</u></em></p>' +
      '<ol><li><p>first</p><p>more</p></li></ol><blockquote><p>you said</p></blockquote>' +
      '<pre><code>a\n  b</code></pre><p>see <a href="https://example.org/a?b=1&amp;c=2">the page</a></p>' +
      `<p><img data-upload="${ID}" alt="plan.png" width="320"></p><p>ask <span data-mention="7">@Ben</span> or <span data-mention="team-2">@Money</span></p>`

    expect(kept(html)).toBe(html)
    expect(text(html)).toBe(
      [
        ...[
          'Dear Ann,',
          '',
          '- one',
          '- two and x=1',
          'now',
          '1. first',
          '   more',
          '> you said',
          'a',
          '  b',
        ],
        ...['see the page (https://example.org/a?b=1&c=2)', '[plan.png]', 'ask @Ben or @Money'],
      ].join('\n'),
    )
    expect(picturesIn(read(html))).toEqual([ID])
    expect(mentionsIn(read(html))).toEqual({ agentIds: [7], teamIds: [2] })
  })

  test('are plain where they are lines alone', () => {
    const html = '<p>Hello</p><p></p><p>there &lt;b&gt; &amp; you<br>too</p><p></p>'

    expect(isRich(read(html))).toBe(false)
    expect(text(html)).toBe('Hello\n\nthere <b> & you\ntoo')
  })

  test('come from any program’s HTML: blocks are lines, its own blanks between them are none', () => {
    const html =
      '<html><body>\n <div>One\n two</div>\n <h1>Head</h1><table><tr><td>a</td><td>b</td></tr></table></body>'

    expect(text(html)).toBe('One two\nHead\na\nb')
  })

  test('name an address once, and not where it is said already', () => {
    expect(text('<p><a href="https://a.example/">a.example</a></p>')).toBe('a.example')
    expect(text('<p><a href="mailto:a@b.example">write</a></p>')).toBe('write (a@b.example)')
    expect(text('<p><a href="https://a.example/x">the <b>page</b></a>!</p>')).toBe(
      'the page (https://a.example/x)!',
    )
  })

  test('stand in a mail with their pictures as parts of it, and with no line ends that a template would show', () => {
    const html = writeMailHtml(
      read(`<p>a</p><p></p><p><img data-upload="${ID}" alt='"x"'><span data-mention="7">@Ben</span></p>`),
      id => `${id}@d.test`,
    )

    expect(html).toContain(`<div>a</div><div><br></div><div><img src="cid:${ID}@d.test" alt="&quot;x&quot;"`)
    expect(html).not.toContain('\n')
    expect(html).toMatch(/>@Ben<\/div>$/)
    expect(html).not.toContain('mention')
  })

  test('name those whom they mention as they are called, whatever was written, at every depth', () => {
    const blocks = read(
      '<ul><li><p>ask <span data-mention="7">@the boss</span></p></li></ul><blockquote><p><span data-mention="8">@Eva</span></p></blockquote>',
    )

    const named = nameMentions(blocks, ({ of, id }) => (of === 'agent' && id === 7 ? 'Ben <b>' : undefined))

    expect(writePlainWords(named)).toBe('- ask @Ben <b>\n> @Eva')
    expect(writeKeptHtml(named)).toContain('<span data-mention="7">@Ben &lt;b&gt;</span>')
  })
})

describe('nothing of what is given gets through but words', () => {
  test.each([
    ['<script>alert(1)</script><p>a</p>', '<p>a</p>'],
    ['<p onclick="x()" style="position:fixed">a</p>', '<p>a</p>'],
    ['<p><a href="javascript:alert(1)">a</a></p>', '<p>a</p>'],
    ['<p><a href="jav&#x09;ascript:alert(1)">a</a></p>', '<p>a</p>'],
    ['<p><a href="data:text/html,x">a</a></p>', '<p>a</p>'],
    [
      '<p><a href=\'https://x.example/"onmouseover="y\'>a</a></p>',
      '<p><a href="https://x.example/%22onmouseover=%22y">a</a></p>',
    ],
    ['<p><img src=x onerror=alert(1)>a</p>', '<p>a</p>'],
    ['<p><img src="https://track.example/p.gif">a</p>', '<p>a</p>'],
    [`<p><img data-upload="${ID}&quot; onerror=&quot;x">a</p>`, '<p>a</p>'],
    [
      `<p><img data-upload="${ID}" alt="&quot;&gt;&lt;script&gt;"></p>`,
      `<p><img data-upload="${ID}" alt="&quot;&gt;&lt;script&gt;"></p>`,
    ],
    ['<svg><p>a</p></svg><math><mi>b</mi></math><p>c</p>', '<p>c</p>'],
    ['<p>&lt;script&gt;</p>', '<p>&lt;script&gt;</p>'],
    ['<pre><img src=x onerror=y></pre><!-- <p>x</p> --><p>a\u0000b\u0008</p>', '<p>ab</p>'],
    [
      '<p><span data-mention="1e3">x</span><span data-mention="2"><b>@A</b>&lt;</span></p>',
      '<p>x<span data-mention="2">@A&lt;</span></p>',
    ],
    [
      '</p></ul></blockquote><li>a</li><ul>b<li><ul></ul></li></ul>',
      '<p></p><p>a</p><ul><li><p>b</p></li></ul>',
    ],
  ])('%s', (html, expected) => {
    expect(kept(html)).toBe(expected)
  })

  test('and it is read in one pass, however deep or long', async () => {
    const bombs = [
      '<b>',
      '<blockquote>',
      '<ul><li>',
      '<a href=x>',
      '<pre>',
      '<span data-mention=1>',
      '</i><i>',
      '<p>',
    ]
    const read: unknown[] = []
    const tooMuch: unknown[] = []

    const cpuMs = await cpuMsOf(() => {
      read.push(...bombs.map(part => readRichWords(part.repeat(Math.floor(19_000 / part.split('<').length)))))
      tooMuch.push(readRichWords('<b>'.repeat(20_001)), readRichWords('x'.repeat(1_000_001)))
    })

    expect(read.every(blocks => blocks !== undefined)).toBe(true)
    expect(tooMuch).toEqual([undefined, undefined])
    expect(cpuMs).toBeLessThan(5_000)
  })
})
