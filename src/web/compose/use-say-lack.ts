import { splitAtGaps } from '../../shared/template-variables.ts'
import { useTranslation } from '../texts.tsx'
import { useNotices } from '../ui/notices.tsx'
import type { Draft } from './draft-store.ts'
import type { Lack } from './lack.ts'
import { selectGap } from './use-saved-replies.ts'

/** Says why nothing is sent, to who pressed the keys for it: the button is off, a key would be silent. */
export function useSayLack(): (lack: Lack, draft: Draft) => void {
  const { t } = useTranslation()
  const notices = useNotices()
  return (lack, draft) => {
    notices.refused(t(`lack.${lack}`))
    if (lack !== 'variable') return
    const open = splitAtGaps(draft.text).find(part => part.gap !== null)
    if (open !== undefined) selectGap(open.start, open.text.length)
  }
}
