import { domainToASCII } from 'node:url'
import { getDomain } from 'tldts'

/**
 * Whether two domains belong to one organisation: the same registered domain by the Public Suffix List, where
 * a domain without one stands for itself alone (relaxed alignment, RFC 7489 §3.1, where no policy is published
 * that a tree walk could find).
 */
export function isSameOrganisation(left: string, right: string): boolean {
  const organisation = organisationOf(left)
  return organisation !== '' && organisation === organisationOf(right)
}

/** The registered domain above a domain; undefined for one that is registered itself. */
export function parentOrganisation(domain: string): string | undefined {
  const organisation = organisationOf(domain)
  return organisation === domain ? undefined : organisation
}

function organisationOf(domain: string): string {
  const name = (domainToASCII(domain) || domain).toLowerCase().replace(/\.$/, '')
  return getDomain(name, { allowPrivateDomains: true }) ?? name
}
