// Reads a Dockerfile into stages of steps: as much of the format as ours uses, and an error for the rest.

const known = [
  'RUN',
  'COPY',
  'WORKDIR',
  'ENV',
  'USER',
  'VOLUME',
  'EXPOSE',
  'HEALTHCHECK',
  'ENTRYPOINT',
  'CMD',
]

/**
 * @param {string} text
 * @returns {{ name: string, base: string, steps: { word: string, rest: string }[] }[]}
 */
export function parseDockerfile(text) {
  const lines = text
    .replace(/^\s*#.*\n/gm, '')
    .replace(/\\\n/g, ' ')
    .split('\n')
    .map(line => line.trim())
    .filter(line => line !== '')
  const stages = []
  for (const line of lines) {
    const [, word, rest] = /^([A-Z]+)\s+(.*)$/.exec(line) ?? []
    if (word === 'FROM') {
      const [base, , name] = rest.split(/\s+/)
      stages.push({ name: name ?? String(stages.length), base, steps: [] })
    } else if (known.includes(word) && stages.length > 0) {
      stages.at(-1).steps.push({ word, rest })
    } else {
      throw new Error(`image-prove does not understand this line of the Dockerfile: ${line}`)
    }
  }
  return stages
}

/** `COPY --from=build a b ./` → where from, what, where to. */
export function parseCopy(rest) {
  const words = rest.split(/\s+/)
  const from = words[0]?.startsWith('--from=') ? words.shift().slice('--from='.length) : null
  if (words.length < 2 || words.some(word => word.startsWith('--'))) {
    throw new Error(`image-prove does not understand COPY ${rest}`)
  }
  return { from, sources: words.slice(0, -1), target: words.at(-1) }
}

/** `A=1 B=two` → pairs. */
export function parseEnv(rest) {
  return Object.fromEntries(rest.split(/\s+/).map(pair => pair.split('=', 2)))
}

/** The command of `HEALTHCHECK … CMD [...]`. */
export function parseHealthcheck(rest) {
  return JSON.parse(rest.slice(rest.indexOf('CMD') + 3))
}
