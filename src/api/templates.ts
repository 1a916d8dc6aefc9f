import { mailTemplateTest as mailTest, type TestMailContext } from '../outbound/mail-template-test.ts'
import { previewTemplate as preview } from '../outbound/preview-template.ts'
import { saveTemplate as save } from '../outbound/save-template.ts'
import {
  getTemplateVersion as getVersion,
  getTemplate as getView,
  listTemplates as list,
} from '../outbound/template-view.ts'
import type { MailTemplate } from '../shared/template-variables.ts'
import {
  getTemplate,
  getTemplateVersion,
  listTemplates,
  mailTemplateTest,
  previewTemplate,
  saveTemplate,
} from '../shared/templates.ts'
import type { Language } from '../shared/vocabulary.ts'
import { type ApiServer, handle } from './handle.ts'

/** Registers the words of a mailbox's mails: list, versions, preview and test mail. */
export function registerTemplates(server: ApiServer, context: TestMailContext): void {
  const { db } = context
  handle(server, listTemplates, async ({ params }) => ({ data: await list(db, params.id) }))
  handle(server, getTemplate, async ({ params }) => await getView(context, which(params)))
  handle(
    server,
    getTemplateVersion,
    async ({ params }) => await getVersion(context, which(params), params.version),
  )
  handle(server, saveTemplate, async ({ caller, params, body }) => {
    await getView(context, which(params))
    await save(db, which(params), { ...body, agentId: caller.agentId })
    return await getView(context, which(params))
  })
  handle(
    server,
    previewTemplate,
    async ({ caller, params, body }) =>
      await preview(context, {
        ...which(params),
        ...body,
        agentId: caller.agentId,
        now: context.clock.now(),
      }),
  )
  handle(server, mailTemplateTest, async ({ caller, params, body }) => {
    const wish = { ...which(params), ...body, agentId: caller.agentId, now: context.clock.now() }
    return { sentTo: await mailTest(context, wish) }
  })
}

function which({ id, name, language }: { id: number; name: MailTemplate; language: Language }) {
  return { mailboxId: id, name, language }
}
