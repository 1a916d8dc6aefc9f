// Makes src/mail/language-grams.json from the n-grams of eld (https://github.com/nitotm/efficient-language-detector-js,
// Apache-2.0): the languages of European mail only, without its encoding of bytes. Imported as a program, eld's table
// costs each mail reader 86 MB; read as text, these lines cost 12.
// Use: node .ci/language-grams.mjs; then the tests of test/mail/detect-language.test.ts.
import { readFile, writeFile } from 'node:fs/promises'
import { eld } from 'eld/extrasmall'

const root = new URL('..', import.meta.url)
const folder = new URL('node_modules/eld/', root)

const tags = 'be bg cs da de el en es et fi fr hr hu it lt lv nl no pl pt ro ru sk sl sq sr sv tr uk'.split(
  ' ',
)

const { version } = JSON.parse(await readFile(new URL('package.json', folder), 'utf8'))
const { ngramsData } = await import(new URL('src/ngrams/extrasmall.js', folder).href)
const { dictionary } = await import(new URL('src/dictionary.js', folder).href)

const byteOf = new Map(Object.entries(dictionary).map(([byte, letter]) => [letter, Number(byte)]))
const wanted = Object.entries(ngramsData.languages).filter(([, tag]) => tags.includes(tag))
// The table holds what a gram adds beyond this (eld: baseNgramScore).
const baseScore = 53

// A byte beyond ASCII is written as the letter of that code, which is what Buffer's latin1 makes of it.
const decode = gram => [...gram].map(letter => (letter === ' ' ? ' ' : toByte(letter))).join('')
const toByte = letter => String.fromCharCode(byteOf.get(letter) ?? letter.charCodeAt(0))

const lines = Object.entries(ngramsData.ngrams).flatMap(([gram, scores]) => {
  const points = wanted.flatMap(([id, tag]) =>
    scores[id] === undefined ? [] : [`${tag}${scores[id] + baseScore}`],
  )
  return points.length === 0 ? [] : [`${decode(gram)}\t${points.join(' ')}`]
})
const notice =
  `N-grams of eld ${version}, Copyright 2023 Nito T.M., Apache License 2.0 (language-grams.LICENSE.txt). Changed: ` +
  'languages left out, bytes written as letters, scores made whole. Written by .ci/language-grams.mjs.'
const json = JSON.stringify({ notice, lines: lines.join('\n') }, null, 2)
await writeFile(new URL('src/mail/language-grams.json', root), `${json}\n`)
process.stdout.write(`${lines.length} n-grams of ${eld.info()['Data type']}\n`)
