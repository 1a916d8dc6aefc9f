import { openBlobStore } from '../../src/blobs/blob-store.ts'
import { openDatabase } from '../../src/db/database.ts'
import { startInstance } from '../../src/db/instances.ts'
import { openKeyRing } from '../../src/db/key-ring.ts'
import { openBells } from '../../src/db/listen.ts'
import { systemClock } from '../../src/lib/clock.ts'
import { createLog } from '../../src/lib/log.ts'
import { startSending } from '../../src/outbound/run-sending.ts'

/** A node of its own process that sends; an `instance` row it is given is the parent's to age. */
const { url, instanceId: given, root, ca, secretKey } = JSON.parse(process.argv[2] ?? '{}')
const log = createLog({ level: 'silent' })
const { db } = openDatabase({ url, log, maxConnections: 5 })
const instanceId = given ?? (await startInstance({ db, log })).id
startSending({
  db,
  bells: await openBells({ directUrl: url, log }),
  blobs: await openBlobStore({ root, db, instanceId, clock: systemClock, log }),
  keys: await openKeyRing(db, { secretKey, oldSecretKey: null }),
  log,
  clock: systemClock,
  trust: { extraCa: ca, allowPrivateHosts: ['127.0.0.0/8'] },
  practice: () => null,
  random: () => 0.5,
  instanceId,
  timing: { pollMs: 20 },
})
process.send?.('ready')
