/** An example of inbox, retries, order and quarantine. */
export const INBOX = `## Example: inbox and retries

An accept route answers 200 when its event is on disk, and handles it afterwards. By default the inbox is the file \`data/inbox.db\` beside
this file, and a failed delivery is retried for 24 hours.

\`\`\`yaml
version: 1

inbox:
  store: \${INBOX_URL:-sqlite:./data/inbox.db} # or postgres://user:password@host/database
  retention: 7d # duplicates are detected for this long
  deadRetention: 60d # keep dead letters until somebody replays them
  bodyRetention: 24h # remove the content of messages early
  maxBacklog: 500000 # beyond it, webhooks get 503 and the platform keeps them
  quarantine: { maxCount: 5000, maxSize: 50MB }

defaults:
  firewall: [vonage]
  signature: none
  retry: { first: 5s, factor: 2, max: 15m, for: 24h }

routes:
  - name: receipts # in order of arrival for each message, also across retries
    path: /webhooks/receipts
    kind: sms.dlr
    orderBy: messageId
    concurrency: 20
    handler: { plugin: log }

  - name: statuses # a dead letter after three retries
    path: /webhooks/statuses
    kind: messages.status
    retry: [1s, 10s, 1m]
    handler: { plugin: log }

  - name: votes # handled once, without retries; duplicates count too
    path: /webhooks/votes
    kind: sms.inbound
    retry: none
    dedupe: false
    onDenied: quarantine # until you are sure of the platform's addresses
    handler: { plugin: log }

  - name: paid # a route with a schema names its own fields
    path: /hooks/paid
    schema: schemas/invoice-paid.json
    dedupe: [id]
    orderBy: [currency]
    handler: { plugin: log }
\`\`\`

- **\`dedupe\`** names the fields that identify a webhook. A duplicate gets 200 and is not handled again. See [duplicates](inbox.md#duplicates).
- **\`orderBy\`** names the fields whose events are handled one at a time, in order of arrival: those of one sender, call or message. When an
  event becomes a dead letter, the next one continues. See [order](inbox.md#order).
- **\`quarantine\`** stores what a gate rejects, so that a wrong network or a schema that is too strict does not lose a message.
- **\`store: none\`** runs the handler inside the request and answers with its failure, so that the platform sends the webhook again. Then \`retry\`,
  \`concurrency\`, \`orderBy\` and \`dedupe\` have no effect.
`;
