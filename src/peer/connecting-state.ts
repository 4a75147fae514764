/**
 * The library's type of how the search for a neighbour goes.
 */

/** How the search for a neighbour goes. See `JoinOptions`. */
export type Connecting = {
  /** Who is asked, as `IP:port` or `[IPv6]:port`. */
  address: string
  /**
   * `trying`: the first try begins. `refused` (nothing listens there), `silent` (no reply for 2 s) or `closed` (the
   * connection was taken and ended): a try failed, and others follow. `found`: it replied; the room is opened.
   * `knocking`: its room is locked, and its members are asked to let this node in; they have 10 minutes.
   */
  state: 'trying' | 'refused' | 'silent' | 'closed' | 'found' | 'knocking'
  /** The id of this node, with `knocking`: read it out to a member by another way, so that it knows whom it lets in. */
  id?: string
}
