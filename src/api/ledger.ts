import type { BlobStore } from '../blobs/blob-store.ts'
import type { Db } from '../db/database.ts'
import type { Bells } from '../db/listen.ts'
import { serverUidValidity } from '../inbound/folder-generation.ts'
import { listLedgerRows as listRows, getLedger as readLedger } from '../inbound/read-ledger.ts'
import {
  getQuarantinedBlobId,
  listQuarantine as listUnfiled,
  retryQuarantined as retry,
} from '../inbound/unfiled-mail.ts'
import {
  downloadQuarantined,
  getLedger,
  type LedgerRow,
  listLedgerRows,
  listQuarantine,
  retryQuarantined,
} from '../shared/mailboxes.ts'
import { downloadReply } from './bytes-reply.ts'
import { type ApiServer, handle } from './handle.ts'

/** What the routes of the ledger work with. */
export type LedgerNeeds = { db: Db; bells: Pick<Bells, 'ring'>; blobs: BlobStore }

const pageLength = 50

/** Registers the ledger in numbers and rows, and the quarantine: list, retry, raw download. */
export function registerLedger(server: ApiServer, { db, bells, blobs }: LedgerNeeds): void {
  handle(server, getLedger, async ({ params }) => {
    const ledger = await readLedger(db, params.id)
    const folders = ledger.folders.map(folder => ({
      ...folder,
      uidValidity: folder.uidValidity === null ? null : serverUidValidity(folder.uidValidity),
    }))
    return { ...ledger, folders }
  })
  handle(server, listLedgerRows, async ({ query }) => {
    return presentPage(await listRows(db, { ...query, limit: query.limit ?? pageLength }))
  })
  handle(server, listQuarantine, async ({ query }) => {
    return presentPage(await listUnfiled(db, { ...query, limit: query.limit ?? pageLength }))
  })
  handle(server, retryQuarantined, async ({ params }) => present(await retry({ db, bells }, params.id)))
  handle(server, downloadQuarantined, async ({ params }) => {
    const bytes = await blobs.read(await getQuarantinedBlobId(db, params.id))
    return downloadReply(bytes, `mail-${params.id}.eml`)
  })
}

function presentPage(page: { data: LedgerRow[]; nextCursor: string | null }) {
  return { ...page, data: page.data.map(present) }
}

/** UIDVALIDITY as the server shows it; which numbering of several it was is our own affair. */
function present(row: LedgerRow): LedgerRow {
  return { ...row, uidValidity: serverUidValidity(row.uidValidity) }
}
