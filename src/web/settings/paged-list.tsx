import { Button } from '@mantine/core'
import { type QueryKey, useInfiniteQuery } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { useTranslation } from '../texts.tsx'
import { Fault } from '../ui/fault.tsx'
import { Skeleton } from '../ui/skeleton.tsx'
import css from './page.module.css'
import { Card } from './page.tsx'

/** One page of a list, and the cursor of the next. */
type PageOf<Row> = { data: Row[]; nextCursor: string | null }

/** The rows of a list that comes in pages. @param read asks for the first page, or the one of a cursor */
export function usePages<Row>(
  queryKey: QueryKey,
  read: (query: { cursor?: string }) => Promise<PageOf<Row>>,
  options: { enabled: boolean; refetchInterval?: number },
) {
  const pages = useInfiniteQuery({
    queryKey,
    queryFn: ({ pageParam }) => read(pageParam === undefined ? {} : { cursor: pageParam }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: page => page.nextCursor ?? undefined,
    ...options,
  })
  return { ...pages, rows: pages.data?.pages.flatMap(page => page.data) ?? [] }
}

/** A list that comes in pages, on a card: while it comes, where nothing is in it, and the way to more. */
export function PagedList(props: {
  pages: Omit<ReturnType<typeof usePages>, 'rows' | 'data'>
  none: string
  /** A `li` each. */
  children: readonly ReactNode[]
}) {
  const { t } = useTranslation()
  const { pages, children } = props
  return (
    <>
      {pages.isPending && <Skeleton rows={3} />}
      {pages.isError && <Fault error={pages.error} onRetry={() => void pages.refetch()} />}
      {pages.isSuccess && children.length === 0 && <p>{props.none}</p>}
      {children.length > 0 && (
        <Card>
          <ul className={css.rows}>{children}</ul>
        </Card>
      )}
      {pages.hasNextPage && (
        <Button
          variant="default"
          loading={pages.isFetchingNextPage}
          onClick={() => void pages.fetchNextPage()}
        >
          {t('action.more')}
        </Button>
      )}
    </>
  )
}
