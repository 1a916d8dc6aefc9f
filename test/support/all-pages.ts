import type { QueryOf, ReplyOf, Route } from '../../src/shared/define-route.ts'
import type { ApiClient } from './api.ts'

type PagedReply = { data: unknown[]; nextCursor: string | null }
type Row<R extends Route> = ReplyOf<R> extends { data: (infer Each)[] } ? Each : never

/** Every row of a paged list, page by page, 100 at a time. */
export async function allPages<R extends Route>(
  client: Pick<ApiClient, 'call'>,
  route: R,
  query: Omit<QueryOf<R>, 'cursor' | 'limit'>,
): Promise<Row<R>[]> {
  const rows: Row<R>[] = []
  let cursor: string | null = null
  do {
    const next = { ...query, limit: 100, ...(cursor === null ? {} : { cursor }) } as QueryOf<R>
    const page = (await client.call(route, { query: next })) as PagedReply
    rows.push(...(page.data as Row<R>[]))
    cursor = page.nextCursor
  } while (cursor !== null)
  return rows
}
