import { Columns2, PanelTop, Table2 } from 'lucide-react'
import { useTranslation } from '../texts.tsx'
import { IconButton } from '../ui/icon-button.tsx'
import type { Layout } from './layout.ts'
import css from './list-pane.module.css'

const ICONS = { split: Columns2, focus: PanelTop, table: Table2 }

/** Shows how the inbox is laid out; pressing it, or its keys, goes on to the next way. */
export function LayoutButton(props: { layout: Layout; onCycle: () => void }) {
  const { t } = useTranslation()
  return (
    <IconButton
      className={css.layout}
      icon={ICONS[props.layout]}
      name={t(`layout.${props.layout}`)}
      command="layout"
      onClick={props.onCycle}
    />
  )
}
