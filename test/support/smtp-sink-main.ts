import { parseArgs } from 'node:util'
import { loadCertificates } from './certificates.ts'
import { answerAt } from './sink-rules.ts'
import { startSmtpSink } from './smtp-sink.ts'

// The sink as its own process, for crash tests: it lives on while the product is killed. Prints its
// ports as one line of JSON and ends on SIGTERM or when its standard input closes.
const { values } = parseArgs({
  options: {
    log: { type: 'string' },
    certificates: { type: 'string' },
    'final-stall-ms': { type: 'string', default: '0' },
  },
})
if (values.log === undefined || values.certificates === undefined) {
  throw new Error('usage: smtp-sink-main.ts --log FILE --certificates DIR [--final-stall-ms N]')
}
const stallMs = Number(values['final-stall-ms'])
const sink = await startSmtpSink({
  logFile: values.log,
  certificates: await loadCertificates(values.certificates),
  ...(stallMs > 0 ? { rule: answerAt('final', { stallMs }) } : {}),
})
process.stdout.write(`${JSON.stringify({ port: sink.port, tlsPort: sink.tlsPort })}\n`)
process.once('SIGTERM', () => void sink.stop())
process.stdin.once('end', () => void sink.stop()).resume()
