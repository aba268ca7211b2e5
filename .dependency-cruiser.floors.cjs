/** The floors of `lambdas/`, from the ground, and the floors that each sees besides itself. */
const floors = {
  contract: [],
  manifest: ['contract'],
  core: ['contract'],
  flows: ['core', 'contract'],
  stores: ['core', 'contract', 'manifest'],
  clients: ['core', 'contract'],
  http: ['core', 'contract'],
  pages: ['core', 'contract'],
  endpoints: ['flows', 'http', 'pages', 'core', 'contract'],
  handlers: ['endpoints', 'pages', 'http', 'clients', 'stores', 'flows', 'core', 'manifest', 'contract'],
};

/** On a floor a room sees the rooms that stand here beside it, and no other. */
const rooms = {
  core: {
    common: [],
    keys: ['common'],
    audit: ['common'],
    accounts: ['common'],
    // To come.
    tenants: ['common'],
    sessions: ['accounts', 'keys', 'common'],
    tokens: ['sessions', 'keys', 'common'],
    passwords: ['keys', 'common'],
    hashes: ['passwords'],
    factors: ['sessions', 'accounts', 'keys', 'common'],
    mail: ['keys', 'common'],
    limits: ['accounts', 'keys', 'common'],
    moving: ['accounts', 'hashes', 'common'],
    outbound: [],
  },
  flows: {
    steps: [],
    accounts: ['signIn', 'steps'],
    signIn: ['factors', 'sessions', 'steps'],
    passwords: ['sessions', 'steps'],
    factors: ['steps'],
    sessions: ['steps'],
    keys: [],
    mail: [],
    moving: [],
    audit: [],
  },
  stores: {
    dynamo: [],
    // What the build puts in the place of the SDK: nobody imports it.
    light: [],
    items: ['dynamo'],
    ...Object.fromEntries(
      ['common', 'accounts', 'sessions', 'tokens', 'passwords', 'factors', 'keys', 'mail', 'audit', 'limits'].map(
        (room) => [room, ['items', 'dynamo']],
      ),
    ),
  },
  clients: { passwords: [], factors: [], outbound: [], mail: [] },
  pages: { base: [], links: ['base'], mails: ['base'] },
};

module.exports = { floors, rooms };
