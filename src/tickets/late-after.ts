/** From how long after its Date a mail that no server has accepted is called delayed. */
export const LATE_AFTER_MINUTES = 15
