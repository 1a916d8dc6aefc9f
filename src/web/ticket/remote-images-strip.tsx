import { Button } from '@mantine/core'
import { type RefObject, useEffect, useState } from 'react'
import { getRemoteImage } from '../../shared/remote-images.ts'
import type { Message } from '../../shared/tickets.ts'
import { useApi } from '../api.tsx'
import { apiUrl } from '../call.ts'
import { useTranslation } from '../texts.tsx'
import css from './html-frame.module.css'
import { alwaysShowPicturesOf, findRemoteImages, showRemoteImages, showsPicturesOf } from './remote-images.ts'

/**
 * Says which pictures of a mail lie elsewhere and were not asked for, and shows them when wanted: this once, or
 * always for a sender who is proven. What only counts who looks is never asked for.
 *
 * @param loads how often the frame has loaded a document
 */
export function RemoteImages(props: {
  message: Message
  frame: RefObject<HTMLIFrameElement | null>
  loads: number
}) {
  const { t } = useTranslation()
  const { appBase } = useApi()
  const { message, frame, loads } = props
  const address = message.from?.address ?? ''
  const isProven = message.sender?.grade === 'verified' && address !== ''
  const [isWanted, setIsWanted] = useState(() => isProven && showsPicturesOf(address))
  const [count, setCount] = useState({ pictures: 0, trackers: 0 })
  useEffect(() => {
    const mail = frame.current?.contentDocument
    if (loads === 0 || !mail?.body) return
    const { pictures, trackers } = findRemoteImages(mail)
    setCount({ pictures: pictures.length, trackers: trackers.length })
    if (!isWanted) return
    showRemoteImages(mail, index =>
      apiUrl(appBase, getRemoteImage.path, { params: { id: message.id, index } }),
    )
  }, [frame, loads, isWanted, appBase, message.id])
  const isBlocked = count.pictures > 0 && !isWanted
  if (!isBlocked && count.trackers === 0) return null
  return (
    <div className={css.blocked}>
      <span>
        {isBlocked && t('message.remoteImages', { count: count.pictures })}
        {isBlocked && count.trackers > 0 && ' '}
        {count.trackers > 0 && t('message.trackers', { count: count.trackers })}
      </span>
      {isBlocked && (
        <Button variant="default" size="compact-xs" onClick={() => setIsWanted(true)}>
          {t('message.showImages')}
        </Button>
      )}
      {isBlocked && isProven && (
        <Button
          variant="subtle"
          size="compact-xs"
          onClick={() => {
            alwaysShowPicturesOf(address)
            setIsWanted(true)
          }}
        >
          {t('message.alwaysShowImages', { address })}
        </Button>
      )}
    </div>
  )
}
