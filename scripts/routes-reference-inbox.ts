/** How the inbox, retries, order and quarantine go together, by example. */
export const INBOX = `## Nothing lost

An accept route answers 200 when its event is on disk, and handles it after that, as often as it takes. Without a word
about it the inbox is the file \`data/inbox.db\` beside this one, and a failed delivery is tried again for a day.

\`\`\`yaml
version: 1

inbox:
  store: \${INBOX_URL:-sqlite:./data/inbox.db} # or postgres://user:password@host/database
  retention: 7d # a webhook that is sent again is known so long
  deadRetention: 60d # what was given up waits for a person
  bodyRetention: 24h # what people wrote goes early
  maxBacklog: 500000 # beyond it the platform keeps its webhooks: 503
  quarantine: { maxCount: 5000, maxSize: 50MB }

defaults:
  firewall: [vonage]
  signature: none
  retry: { first: 5s, factor: 2, max: 15m, for: 24h }

routes:
  - name: receipts # one after the other for each message, also while one is tried again
    path: /webhooks/receipts
    kind: sms.dlr
    orderBy: messageId
    concurrency: 20
    handler: { plugin: log }

  - name: statuses # gives up after three more tries
    path: /webhooks/statuses
    kind: messages.status
    retry: [1s, 10s, 1m]
    handler: { plugin: log }

  - name: votes # once, whatever comes of it; each one counts, also one that is sent again
    path: /webhooks/votes
    kind: sms.inbound
    retry: none
    dedupe: false
    onDenied: quarantine # kept while the platform's addresses are in doubt
    handler: { plugin: log }

  - name: paid # without a kind the fields are yours to name
    path: /hooks/paid
    schema: schemas/invoice-paid.json
    dedupe: [id]
    orderBy: [currency]
    handler: { plugin: log }
\`\`\`

**\`dedupe\`** tells a webhook that was sent again: it is answered 200, and a success is never handled twice. **\`orderBy\`**
keeps the events of one sender, call or message in the order in which they came, one at a time; an event that is dead
lets the next one go. \`concurrency\` bounds a route, whatever the order.

**\`quarantine\`** answers 200 and keeps what a gate does not trust, so that a mistyped network or a schema that is too
strict destroys nobody's message; it is handled only when a person releases it. A caller would hear nothing, so that no
path whose routes reply can say it.

**Without an inbox**, \`store: none\`, an accept route runs its handler inside the request and answers its failure, so that
the platform sends the webhook again. Then \`retry\`, \`concurrency\`, \`orderBy\` and \`dedupe\` never count.
`;
