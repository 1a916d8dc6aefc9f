#!/usr/bin/env node
// Plain JavaScript any Node since 18 can read: says what is missing before the first .ts file fails to load.
import { existsSync } from 'node:fs'
import module from 'node:module'
import { join } from 'node:path'
import v8 from 'node:v8'

const [major = 0, minor = 0] = process.versions.node.split('.').map(Number)

/** Linux with musl has no glibc version in its report; the carried programs need glibc. */
function isSupportedPlatform() {
  if (!['x64', 'arm64'].includes(process.arch)) return false
  if (process.platform === 'darwin') return true
  if (process.platform !== 'linux') return false
  process.report.excludeNetwork = true
  return process.report.getReport().header.glibcVersionRuntime !== undefined
}

// Years of old mail took 602 MB of memory, most of it empty: V8 makes its young heap the larger the more memory there is
// (134 MB of 24 GB), and glibc keeps freed Buffers. Both are fixed when a process begins (mallopt(3), node --v8-options).
const HEAP_FLAG = '--max-semi-space-size'
// Between two looks for what is dead V8 lets the heap grow to its double and more; this one can be set at any time.
const GROWTH_FLAG = '--heap-growing-percent=30'
const MALLOC_SETTINGS = {
  MALLOC_ARENA_MAX: '2',
  MALLOC_MMAP_THRESHOLD_: '131072',
  MALLOC_TRIM_THRESHOLD_: '1048576',
}

/** Begins this very process anew with them, under its own id, unless the operator chose otherwise. */
function beginFrugally() {
  const { execve, execPath, execArgv, argv, env } = process
  const given = `${execArgv.join(' ')} ${env.NODE_OPTIONS ?? ''}`
  if (execve === undefined || given.includes(HEAP_FLAG)) return
  execve(execPath, [execPath, ...execArgv, `${HEAP_FLAG}=4`, ...argv.slice(1)], {
    ...MALLOC_SETTINGS,
    ...env,
  })
}

/**
 * What a former start left compiled (`src/commands/keep-compiled.ts`). From the first .ts file on: one that has to be
 * stripped of its types loads a compiler of 20 MB.
 */
function takeCompiled(folder) {
  if (existsSync(folder)) module.enableCompileCache(folder)
}

if (major < 24 || (major === 24 && minor < 2)) {
  console.error(
    `Letterdesk needs Node 24.2 or newer, this is ${process.versions.node}: start it with "npm start" after "npm ci", which brings Node 24 on Linux, or install Node 24.`,
  )
  process.exitCode = 1
} else if (!isSupportedPlatform()) {
  console.error(
    'Letterdesk runs on Linux with glibc (x64, arm64) and on macOS: use one of them, or the container image.',
  )
  process.exitCode = 1
} else {
  const [, , command = 'serve'] = process.argv
  if (command === 'serve' || command.startsWith('-')) {
    beginFrugally()
    v8.setFlagsFromString(GROWTH_FLAG)
  }
  takeCompiled(join(process.env.DATA_DIR || 'data', 'compiled'))
  await import('./main.ts')
}
