import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { loadModule } from './load-check.ts'

type Stage = { name: string; base: string; steps: { word: string; rest: string }[] }

const { parseCopy, parseDockerfile, parseEnv, parseHealthcheck } = await loadModule<{
  parseDockerfile: (text: string) => Stage[]
  parseCopy: (rest: string) => { from: string | null; sources: string[]; target: string }
  parseEnv: (rest: string) => Record<string, string>
  parseHealthcheck: (rest: string) => string[]
}>('dockerfile.mjs')

test('our Dockerfile is understood: two stages, an unprivileged user, a volume and a health check', () => {
  const stages = parseDockerfile(readFileSync(new URL('../../Dockerfile', import.meta.url), 'utf8'))

  const last = stages.at(-1)
  const words = last?.steps.map(step => step.word) ?? []
  expect(stages.map(stage => stage.base)).toEqual(['node:24-slim', 'node:24-slim'])
  expect(last?.steps.find(step => step.word === 'USER')?.rest).toBe('10001:10001')
  expect(words).toEqual(expect.arrayContaining(['VOLUME', 'HEALTHCHECK', 'ENTRYPOINT', 'CMD']))
})

test('a line image-prove cannot carry out is an error, not a step left out', () => {
  expect(() => parseDockerfile('FROM a\nADD x y\n')).toThrow(/ADD x y/)
  expect(() => parseCopy('--chown=1 a b')).toThrow(/--chown/)
})

test('continued lines, stages, variables and commands are read as Docker reads them', () => {
  const stages = parseDockerfile('# note\nFROM a AS one\nRUN x \\\n  y\nFROM b\nENV A=1 B=/c\n')

  expect(stages).toEqual([
    { name: 'one', base: 'a', steps: [{ word: 'RUN', rest: 'x    y' }] },
    { name: '1', base: 'b', steps: [{ word: 'ENV', rest: 'A=1 B=/c' }] },
  ])
  expect(parseEnv('A=1 B=/c')).toEqual({ A: '1', B: '/c' })
  expect(parseCopy('--from=one a b ./')).toEqual({ from: 'one', sources: ['a', 'b'], target: './' })
  expect(parseHealthcheck('--interval=5s CMD ["node", "x"]')).toEqual(['node', 'x'])
})
