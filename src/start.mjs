#!/usr/bin/env node
// Plain JavaScript any Node since 18 can read: says what is missing before the first .ts file fails to load.

const [major = 0, minor = 0] = process.versions.node.split('.').map(Number)

/** Linux with musl has no glibc version in its report; the carried programs need glibc. */
function isSupportedPlatform() {
  if (!['x64', 'arm64'].includes(process.arch)) return false
  if (process.platform === 'darwin') return true
  if (process.platform !== 'linux') return false
  process.report.excludeNetwork = true
  return process.report.getReport().header.glibcVersionRuntime !== undefined
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
  await import('./main.ts')
}
