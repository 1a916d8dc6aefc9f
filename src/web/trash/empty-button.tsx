import { Button } from '@mantine/core'
import { useState } from 'react'
import { useTranslation } from '../texts.tsx'
import { EmptyDialog } from './empty-dialog.tsx'
import { useTrash } from './use-trash.ts'

/**
 * Empties the Trash, once its number was read anew and the question answered. Nothing for whom it is not counted, or
 * where it is empty.
 */
export function EmptyButton(props: { size: 'compact-xs' | 'sm' }) {
  const { t } = useTranslation()
  const trash = useTrash()
  const [isAsking, setAsking] = useState(false)
  const ticketCount = trash.data?.ticketCount ?? 0
  if (trash.data === undefined || ticketCount === 0) return null
  return (
    <>
      <Button
        size={props.size}
        variant="default"
        onClick={async () => {
          await trash.refetch()
          setAsking(true)
        }}
      >
        {t('trash.empty')}
      </Button>
      {isAsking && <EmptyDialog trash={{ ...trash.data, ticketCount }} onClose={() => setAsking(false)} />}
    </>
  )
}
