// Made from openapi.json by openapi-typescript; see api-types.test.ts.

export interface paths {
    "/v1/tenants": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List the tenants: all for the operator, else the key’s own
         * @description Scope: `read`.
         */
        get: operations["listTenants"];
        put?: never;
        /**
         * Add a tenant
         * @description Its syncs are dry runs until it is live.
         *
         *     Scope: `operator`.
         */
        post: operations["createTenant"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/tenants/{tenant}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Read the settings of a tenant
         * @description Scope: `read`.
         */
        get: operations["readTenant"];
        put?: never;
        post?: never;
        /**
         * Delete a tenant with everything of theirs
         * @description Rows, files, reports, credentials, keys and audit. A call that was cut off is finished by the next.
         *
         *     Scope: `operator`.
         */
        delete: operations["deleteTenant"];
        options?: never;
        head?: never;
        /**
         * Change settings of a tenant
         * @description What is not named stays. `state`, `requireTls`, `quotaBytes`, `maxFileBytes`, `ports`: the operator only.
         *
         *     Scope: `manage`.
         */
        patch: operations["changeTenant"];
        trace?: never;
    };
    "/v1/tenants/{tenant}/keys": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List the keys of a tenant, revoked ones included
         * @description Scope: `manage`.
         */
        get: operations["listKeys"];
        put?: never;
        /**
         * Make a key of a tenant; it is shown once
         * @description Scope: `manage`.
         */
        post: operations["createKey"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/tenants/{tenant}/keys/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /**
         * Revoke a key of a tenant
         * @description Scope: `manage`.
         */
        delete: operations["revokeKey"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/keys": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List the keys of the operator, revoked ones included
         * @description Scope: `operator`.
         */
        get: operations["listOperatorKeys"];
        put?: never;
        /**
         * Make a key of the operator; it is shown once
         * @description Scope: `operator`.
         */
        post: operations["createOperatorKey"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/keys/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /**
         * Revoke a key of the operator
         * @description Scope: `operator`.
         */
        delete: operations["revokeOperatorKey"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/tenants/{tenant}/credentials": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List the usernames of a tenant, revoked ones included
         * @description Scope: `manage`.
         */
        get: operations["listCredentials"];
        put?: never;
        /**
         * Add a username that opens sessions for a tenant
         * @description Scope: `manage`.
         */
        post: operations["createCredential"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/tenants/{tenant}/credentials/{username}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Read a credential
         * @description Scope: `manage`.
         */
        get: operations["readCredential"];
        put?: never;
        post?: never;
        /**
         * Revoke a credential: it opens no session from now on
         * @description Scope: `manage`.
         */
        delete: operations["revokeCredential"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/tenants/{tenant}/mappings": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List the mappings in force
         * @description Scope: `read`.
         */
        get: operations["listMappings"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/tenants/{tenant}/mappings/{dataset}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Read the mapping of a dataset
         * @description Scope: `read`.
         */
        get: operations["readMapping"];
        /**
         * Put a mapping in force for the files to come
         * @description Scope: `manage`.
         */
        put: operations["putMapping"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/tenants/{tenant}/mappings/infer": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Propose a mapping from a sample file
         * @description The body is the file: CSV, FEC or XLSX, at most 8388608 bytes. Nothing is stored.
         *
         *     Scope: `manage`.
         */
        post: operations["inferMapping"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/tenants/{tenant}/connector": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Read the connector, without its secrets
         * @description Scope: `read`.
         */
        get: operations["readConnector"];
        /**
         * Make or replace the connector
         * @description Secrets that are not named stay as they are stored, as long as the server stays the same; null removes one.
         *
         *     Scope: `manage`.
         */
        put: operations["putConnector"];
        post?: never;
        /**
         * Forget the connector and its secrets
         * @description Scope: `manage`.
         */
        delete: operations["deleteConnector"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/tenants/{tenant}/connector/test": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Try the connector: each step, and which file each dataset would take
         * @description Nothing is read there; whether files may be moved or deleted is tried with an empty one of our own. A failed step is an answer, not an error of the request.
         *
         *     Scope: `manage`.
         */
        post: operations["testConnector"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/tenants/{tenant}/connector/host-key": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /**
         * Confirm the host key of the SFTP server, once it was compared
         * @description Scope: `manage`.
         */
        put: operations["confirmHostKey"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/tenants/{tenant}/schedule": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Read the schedule and its next run
         * @description Scope: `read`.
         */
        get: operations["readSchedule"];
        /**
         * Make or replace the schedule
         * @description Scope: `manage`.
         */
        put: operations["putSchedule"];
        post?: never;
        /**
         * Remove the schedule: syncs run when somebody asks
         * @description Scope: `manage`.
         */
        delete: operations["deleteSchedule"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/tenants/{tenant}/webhooks": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List the webhooks of a tenant
         * @description Scope: `manage`.
         */
        get: operations["listWebhooks"];
        put?: never;
        /**
         * Add a webhook; its secret is shown once
         * @description Scope: `manage`.
         */
        post: operations["createWebhook"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/tenants/{tenant}/webhooks/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Read a webhook
         * @description Scope: `manage`.
         */
        get: operations["readWebhook"];
        put?: never;
        post?: never;
        /**
         * Delete a webhook with the log of its deliveries
         * @description Scope: `manage`.
         */
        delete: operations["deleteWebhook"];
        options?: never;
        head?: never;
        /**
         * Change a webhook, or enable it again
         * @description Scope: `manage`.
         */
        patch: operations["changeWebhook"];
        trace?: never;
    };
    "/v1/tenants/{tenant}/webhooks/{id}/secret": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Give a webhook a new secret; for a day both sign
         * @description Scope: `manage`.
         */
        post: operations["rotateWebhookSecret"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/tenants/{tenant}/webhooks/{id}/test": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Send a webhook a test event, once
         * @description Scope: `manage`.
         */
        post: operations["testWebhook"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/tenants/{tenant}/webhooks/{id}/deliveries": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List what was sent to a webhook, with each attempt
         * @description Scope: `manage`.
         */
        get: operations["listDeliveries"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/tenants/{tenant}/webhooks/{id}/deliveries/{delivery}/resend": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Send a delivery again, under the same message id
         * @description Scope: `manage`.
         */
        post: operations["resendDelivery"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/tenants/{tenant}/recipients": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List who is told by e-mail
         * @description Scope: `manage`.
         */
        get: operations["listRecipients"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/tenants/{tenant}/recipients/{email}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /**
         * Add a recipient, or change one
         * @description Scope: `manage`.
         */
        put: operations["putRecipient"];
        post?: never;
        /**
         * Remove a recipient
         * @description Scope: `manage`.
         */
        delete: operations["deleteRecipient"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/tenants/{tenant}/people": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List who is let in for a tenant
         * @description Scope: `manage`.
         */
        get: operations["listPeople"];
        put?: never;
        /**
         * Let somebody in for a tenant, or change what they may do there
         * @description Another role signs them out. Whoever has no password yet gets a link to choose one, which takes the place of those before it; of somebody who reaches other tenants only the operator gets it, and only the operator lets them in.
         *
         *     Scope: `manage`.
         */
        post: operations["setPerson"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/tenants/{tenant}/people/{person}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /**
         * Let somebody no longer in for a tenant
         * @description They are signed out at once; who is let in nowhere is forgotten. The last who manages stays.
         *
         *     Scope: `manage`.
         */
        delete: operations["removePerson"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/people/{person}/password-link": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Make a link by which somebody chooses a new password; it is shown once
         * @description Scope: `operator`.
         */
        post: operations["makePasswordLink"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/operators": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List the people who reach every tenant
         * @description Scope: `operator`.
         */
        get: operations["listOperators"];
        put?: never;
        /**
         * Make an operator
         * @description Nobody whose address is known already: they would get all rights by a password of theirs.
         *
         *     Scope: `operator`.
         */
        post: operations["createOperator"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/operators/{person}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /**
         * Remove an operator
         * @description They are signed out at once. The last one stays.
         *
         *     Scope: `operator`.
         */
        delete: operations["removeOperator"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/audit": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Who did what, sign-ins and refusals included
         * @description A tenant’s key sees the entries of its tenant.
         *
         *     Scope: `manage`.
         */
        get: operations["listAudit"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/status": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Whether imports run, and how each tenant stands
         * @description A tenant’s key sees its tenant.
         *
         *     Scope: `read`.
         */
        get: operations["readStatus"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/server": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Which processes run, on what, and what they do
         * @description Scope: `operator`.
         */
        get: operations["readServer"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/bans": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Whom too many failed sign-ins keep out at present
         * @description Scope: `operator`.
         */
        get: operations["listBans"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/bans/lift": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Let an address or a username sign in again
         * @description Every process follows within seconds, and counts from nought again.
         *
         *     Scope: `operator`.
         */
        post: operations["liftBan"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/tenants/{tenant}/clients": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Read the clients of a tenant
         * @description A page as JSON, by `key` unless `sort` is given.
         *     With `Accept: text/csv` or `application/x-ndjson` all rows as of one moment, as a stream; `limit` and `cursor` do not apply.
         *     CSV: UTF-8 with BOM, `;`, CRLF, the decimal mark of the tenant’s language, no cell a formula for a spreadsheet.
         *
         *     Scope: `read`.
         */
        get: operations["listClients"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/tenants/{tenant}/contacts": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Read the contacts of a tenant
         * @description A page as JSON, by `key` unless `sort` is given.
         *     With `Accept: text/csv` or `application/x-ndjson` all rows as of one moment, as a stream; `limit` and `cursor` do not apply.
         *     CSV: UTF-8 with BOM, `;`, CRLF, the decimal mark of the tenant’s language, no cell a formula for a spreadsheet.
         *
         *     Scope: `read`.
         */
        get: operations["listContacts"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/tenants/{tenant}/ecritures": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Read the ecritures of a tenant
         * @description A page as JSON, by `key` unless `sort` is given.
         *     With `Accept: text/csv` or `application/x-ndjson` all rows as of one moment, as a stream; `limit` and `cursor` do not apply.
         *     CSV: UTF-8 with BOM, `;`, CRLF, the decimal mark of the tenant’s language, no cell a formula for a spreadsheet.
         *
         *     Scope: `read`.
         */
        get: operations["listEcritures"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/tenants/{tenant}/ecritures/summary": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Add up what is open and overdue, by age
         * @description Entries that are open now, aged as of a day; one line for each currency, and client if asked for.
         *
         *     Scope: `read`.
         */
        get: operations["summariseEcritures"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/tenants/{tenant}/changes": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Follow what syncs change, for software that keeps a copy
         * @description Applied syncs in the order in which they were applied, each by dataset and key.
         *     Keep `next` and come back with it: at once while `hasMore`, else after the next sync.
         *     Whoever takes `row` as it is, and drops what is gone, ends with the rows as they stand.
         *
         *     Scope: `read`.
         */
        get: operations["readChanges"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/tenants/{tenant}/uploads": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List the files that came, the latest first
         * @description Scope: `read`.
         */
        get: operations["listUploads"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/tenants/{tenant}/uploads/{upload}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Read what became of a file
         * @description Scope: `read`.
         */
        get: operations["readUpload"];
        /**
         * Send a file
         * @description The body is the file as it is. 201 says that it is durable and will be imported; a body that breaks off is not.
         *     A `Content-Digest` with `sha-256` (RFC 9530) is verified before. `Content-Encoding` and forms are refused.
         *
         *     Scope: `sync`.
         */
        put: operations["sendUpload"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/tenants/{tenant}/uploads/{upload}/content": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get the bytes of a file back
         * @description Scope: `read`.
         */
        get: operations["readUploadContent"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/tenants/{tenant}/uploads/{upload}/preview": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * See how a file would be imported
         * @description As the mappings in force say. Nothing is stored.
         *
         *     Scope: `read`.
         */
        get: operations["previewUpload"];
        put?: never;
        /**
         * See how a file would be imported under another mapping
         * @description Nothing is stored, and the mapping is not put in force.
         *
         *     Scope: `manage`.
         */
        post: operations["previewUploadUnder"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/tenants/{tenant}/syncs": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List the syncs of a tenant, the latest first
         * @description Scope: `read`.
         */
        get: operations["listSyncs"];
        put?: never;
        /**
         * Start a sync now
         * @description It fetches first where the tenant has a connector, and takes what waits.
         *     While one is under way the answer is that one, with 200.
         *
         *     Scope: `sync`.
         */
        post: operations["requestSync"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/syncs/{sync}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Read a sync: its state, progress, files and counts
         * @description Scope: `read`.
         */
        get: operations["readSync"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/syncs/{sync}/approve": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Let a held sync pass the guard; it runs again from its files
         * @description Scope: `manage`.
         */
        post: operations["approveSync"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/syncs/{sync}/discard": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Give a held sync up; nothing of it is imported
         * @description Scope: `manage`.
         */
        post: operations["discardSync"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/syncs/{sync}/replay": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Import the files of a sync once more, even what is unchanged
         * @description Scope: `sync`.
         */
        post: operations["replaySync"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/syncs/{sync}/revert": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Undo the latest applied sync of its tenant
         * @description Scope: `manage`.
         */
        post: operations["revertSync"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/syncs/{sync}/report": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Read the report of a sync
         * @description With `Accept: text/plain` as its sender finds it in `reports/`.
         *
         *     Scope: `read`.
         */
        get: operations["readSyncReport"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/syncs/{sync}/rejections": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Read the records that a sync refused
         * @description A page as JSON; with `Accept: text/csv` or `application/vnd.openxmlformats-officedocument.spreadsheetml.sheet` all of them, for people.
         *
         *     Scope: `read`.
         */
        get: operations["listRejections"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/syncs/{sync}/changes": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Read which rows a sync changed
         * @description Of a dry run or a held sync: examples of what it would change, at most 200.
         *
         *     Scope: `read`.
         */
        get: operations["listSyncChanges"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/events": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Follow what happens: of all tenants for the operator, else of the key’s own
         * @description Stored events (`sync.completed`, `sync.failed`, `sync.held`, `upload.quarantined`, `upload.expected_missing`) have
         *     ids; `sync.progress` has none and tells the state of an open sync, its stage, bytes and rows done, rate and time
         *     left. Comments keep the connection alive. The stream ends after an hour: come back with Last-Event-ID.
         *
         *     Scope: `read`.
         */
        get: operations["followEvents"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/syncs/{sync}/events": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Follow a sync to its end
         * @description Stored events (`sync.completed`, `sync.failed`, `sync.held`, `upload.quarantined`, `upload.expected_missing`) have
         *     ids; `sync.progress` has none and tells the state of an open sync, its stage, bytes and rows done, rate and time
         *     left. Comments keep the connection alive. The stream ends after an hour: come back with Last-Event-ID.
         *     It begins with what was stored of the sync, and ends with the sync.
         *
         *     Scope: `read`.
         */
        get: operations["followSync"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
}
export type webhooks = Record<string, never>;
export interface components {
    schemas: {
        Problem: {
            /** @example urn:arrivage:error:scope_too_small */
            type: string;
            /** @example Forbidden */
            title: string;
            status: number;
            /** @description For people, in the language of the request. */
            detail: string;
            /**
             * @description For programs: a code of docs/errors.md.
             * @example scope_too_small
             */
            code: string;
            /** @description The same request may succeed later, unchanged. */
            retryable: boolean;
            requestId: string;
            /** @description Each field that does not fit. */
            errors?: {
                in: string;
                field: string;
                message: string;
            }[];
        };
        Tenant: {
            /**
             * @description 2 to 40 lower-case letters, digits and dashes, first a letter.
             * @example acme
             */
            id: string;
            name: string;
            /**
             * @description `validation`: syncs are dry runs. `live`: they apply. `suspended`: no session opens, nothing runs.
             * @enum {string}
             */
            state: "validation" | "live" | "suspended";
            /**
             * @description What makes uploads a sync.
             * @enum {string}
             */
            trigger: "settle" | "each" | "done-file";
            donePatterns: string[];
            settleSeconds: number;
            settleMaxSeconds: number;
            /** @description What a complete delivery holds. */
            expected: ("clients" | "contacts" | "ecritures")[];
            multiContact: boolean;
            defaultCompany: string;
            /** @enum {string} */
            language: "fr" | "en";
            fecAccounts: string[];
            guardSettle: number;
            guardRows: number;
            /** @description Cleartext FTP is refused, whatever a credential allows. */
            requireTls: boolean;
            quotaBytes: number;
            maxFileBytes: number;
            ports: {
                /** @description Null: the shared port only. */
                sftp: number | null;
                /** @description Null: the shared port only. */
                ftp: number | null;
                /** @description Null: the shared port only. */
                ftps: number | null;
            };
            /** Format: date-time */
            createdAt: string;
        };
        NewTenant: {
            /**
             * @description 2 to 40 lower-case letters, digits and dashes, first a letter.
             * @example acme
             */
            id: string;
            name: string;
            /**
             * @description `validation`: syncs are dry runs. `live`: they apply. `suspended`: no session opens, nothing runs.
             * @enum {string}
             */
            state?: "validation" | "live" | "suspended";
            /**
             * @description What makes uploads a sync.
             * @enum {string}
             */
            trigger?: "settle" | "each" | "done-file";
            donePatterns?: string[];
            settleSeconds?: number;
            settleMaxSeconds?: number;
            /** @description What a complete delivery holds. */
            expected?: ("clients" | "contacts" | "ecritures")[];
            multiContact?: boolean;
            defaultCompany?: string;
            /** @enum {string} */
            language?: "fr" | "en";
            fecAccounts?: string[];
            guardSettle?: number;
            guardRows?: number;
            /** @description Cleartext FTP is refused, whatever a credential allows. */
            requireTls?: boolean;
            quotaBytes?: number;
            maxFileBytes?: number;
        };
        TenantChange: {
            /**
             * @description `validation`: syncs are dry runs. `live`: they apply. `suspended`: no session opens, nothing runs.
             * @enum {string}
             */
            state?: "validation" | "live" | "suspended";
            /**
             * @description What makes uploads a sync.
             * @enum {string}
             */
            trigger?: "settle" | "each" | "done-file";
            donePatterns?: string[];
            settleSeconds?: number;
            settleMaxSeconds?: number;
            /** @description What a complete delivery holds. */
            expected?: ("clients" | "contacts" | "ecritures")[];
            multiContact?: boolean;
            defaultCompany?: string;
            /** @enum {string} */
            language?: "fr" | "en";
            fecAccounts?: string[];
            guardSettle?: number;
            guardRows?: number;
            /** @description Cleartext FTP is refused, whatever a credential allows. */
            requireTls?: boolean;
            quotaBytes?: number;
            maxFileBytes?: number;
            name?: string;
            ports?: {
                /** @description Null: the shared port only. */
                sftp?: number | null;
                /** @description Null: the shared port only. */
                ftp?: number | null;
                /** @description Null: the shared port only. */
                ftps?: number | null;
            };
        };
        ApiKey: {
            /** Format: uuid */
            id: string;
            name: string;
            /**
             * @description Each includes those before it: read, sync, manage.
             * @enum {string}
             */
            scope: "operator" | "read" | "sync" | "manage";
            /** @description Its first characters, by which people tell keys apart. */
            prefix: string;
            /** Format: date-time */
            createdAt: string;
            createdBy: string;
            /**
             * Format: date-time
             * @description Within a minute.
             */
            lastUsedAt: string | null;
            /** Format: date-time */
            revokedAt: string | null;
        };
        NewApiKey: components["schemas"]["ApiKey"] & {
            /** @description Shown only now. */
            key: string;
        };
        Credential: {
            protocols: ("sftp" | "ftp" | "http")[];
            /** @description It may sign in to FTP without TLS. */
            allowCleartextFtp: boolean;
            /**
             * @description FTP data connections must resume the control connection’s TLS session. `prefer`: once one of them has.
             * @enum {string}
             */
            tlsResumption: "off" | "prefer" | "require";
            /**
             * @description CIDR ranges or addresses; empty: from anywhere.
             * @example [
             *       "192.0.2.0/24"
             *     ]
             */
            ipRanges: string[];
            username: string;
            hasPassword: boolean;
            keys: {
                fingerprint: string;
                comment: string;
            }[];
            /** Format: date-time */
            createdAt: string;
            /** Format: date-time */
            revokedAt: string | null;
            /** Format: date-time */
            lastUsedAt: string | null;
        };
        NewCredential: {
            protocols?: ("sftp" | "ftp" | "http")[];
            /** @description It may sign in to FTP without TLS. */
            allowCleartextFtp?: boolean;
            /**
             * @description FTP data connections must resume the control connection’s TLS session. `prefer`: once one of them has.
             * @enum {string}
             */
            tlsResumption?: "off" | "prefer" | "require";
            /**
             * @description CIDR ranges or addresses; empty: from anywhere.
             * @example [
             *       "192.0.2.0/24"
             *     ]
             */
            ipRanges?: string[];
            username: string;
            /** @description Without it and without keys one is made, and shown once. */
            password?: string;
            /** @description As OpenSSH writes them: `ssh-ed25519 AAAA… comment`. */
            publicKeys?: string[];
        };
        Mapping: {
            files?: string[];
            format?: {
                /** @enum {string} */
                encoding?: "utf-8" | "utf-16le" | "utf-16be" | "windows-1252" | "iso-8859-15" | "cp850" | "macroman";
                delimiter?: string;
                /** @enum {string} */
                quote?: "\"" | "'" | "“" | "none";
                /** @enum {string} */
                escape?: "\"" | "\\" | "none";
                headerLine?: number;
                sheet?: string;
            };
            /** @description Column → header text in the file, or a position from 1 where it has no header. Of clients: company, client_code, name, account, siret, vat_number, address1, address2, zip, city, country, email, phone, mobile, language, currency, payment_mode, payment_term_days, credit_limit, parent_code, group_name, account_manager, active, tag1, tag2, tag3, tag4, tag5, tag6, tag7, tag8, tag9, tag10, tag11, tag12, tag13, tag14, tag15, tag16, tag17, tag18, tag19, tag20. Of contacts: company, client_code, contact_id, last_name, first_name, civility, email, phone, mobile, service, role, is_main. Of ecritures: company, client_code, entry_id, journal, account, piece_number, entry_type, entry_date, due_date, amount, debit, credit, side, balance, currency, amount_currency, label, payment_mode, letter, letter_date, settled_date, order_ref, document_ref, tag1, tag2, tag3, tag4, tag5, tag6, tag7, tag8, tag9, tag10, tag11, tag12, tag13, tag14, tag15, tag16, tag17, tag18, tag19, tag20. */
            columns?: {
                [key: string]: string | number;
            };
            /** @enum {string} */
            mode?: "snapshot" | "delta";
            /** @enum {string} */
            dateOrder?: "dmy" | "mdy" | "ymd";
            /** @enum {string} */
            decimalMark?: "," | ".";
            entryTypes?: {
                [key: string]: "invoice" | "credit_note" | "payment" | "draft" | "misc";
            };
            scopes?: {
                files?: string[];
                company?: string;
                journal?: string;
                /** Format: date */
                from?: string;
                /** @enum {boolean} */
                whole?: true;
            }[];
            /** @enum {string} */
            dataset: "clients" | "contacts" | "ecritures";
            /** @description Grows with each change; 0: nothing was ever set. */
            version: number;
        };
        MappingInput: {
            files?: string[];
            format?: {
                /** @enum {string} */
                encoding?: "utf-8" | "utf-16le" | "utf-16be" | "windows-1252" | "iso-8859-15" | "cp850" | "macroman";
                delimiter?: string;
                /** @enum {string} */
                quote?: "\"" | "'" | "“" | "none";
                /** @enum {string} */
                escape?: "\"" | "\\" | "none";
                headerLine?: number;
                sheet?: string;
            };
            /** @description Column → header text in the file, or a position from 1 where it has no header. Of clients: company, client_code, name, account, siret, vat_number, address1, address2, zip, city, country, email, phone, mobile, language, currency, payment_mode, payment_term_days, credit_limit, parent_code, group_name, account_manager, active, tag1, tag2, tag3, tag4, tag5, tag6, tag7, tag8, tag9, tag10, tag11, tag12, tag13, tag14, tag15, tag16, tag17, tag18, tag19, tag20. Of contacts: company, client_code, contact_id, last_name, first_name, civility, email, phone, mobile, service, role, is_main. Of ecritures: company, client_code, entry_id, journal, account, piece_number, entry_type, entry_date, due_date, amount, debit, credit, side, balance, currency, amount_currency, label, payment_mode, letter, letter_date, settled_date, order_ref, document_ref, tag1, tag2, tag3, tag4, tag5, tag6, tag7, tag8, tag9, tag10, tag11, tag12, tag13, tag14, tag15, tag16, tag17, tag18, tag19, tag20. */
            columns?: {
                [key: string]: string | number;
            };
            /** @enum {string} */
            mode?: "snapshot" | "delta";
            /** @enum {string} */
            dateOrder?: "dmy" | "mdy" | "ymd";
            /** @enum {string} */
            decimalMark?: "," | ".";
            entryTypes?: {
                [key: string]: "invoice" | "credit_note" | "payment" | "draft" | "misc";
            };
            scopes?: {
                files?: string[];
                company?: string;
                journal?: string;
                /** Format: date */
                from?: string;
                /** @enum {boolean} */
                whole?: true;
            }[];
        };
        MappingProposal: {
            /** @enum {string} */
            dataset: "clients" | "contacts" | "ecritures" | "fec";
            mapping: components["schemas"]["MappingInput"];
            /** @description Headers that no column takes: kept in `extra`. */
            unknown: string[];
            /** @description Required columns that no header fits. */
            missing: string[];
            /** @description Headers of which one may be the entry’s id. */
            entryIdCandidates: string[];
            /** @description The first rows as they would be stored. */
            preview: {
                [key: string]: string | null;
            }[];
            rejections: {
                line: number;
                column: string | null;
                code: string;
                value: string | null;
                message: string;
            }[];
            warnings: {
                code: string;
                column: string | null;
                count: number;
                message: string;
            }[];
            format: {
                /** @enum {string} */
                kind: "csv" | "fec" | "xlsx";
                header: string[];
                headerLine: number;
            } & {
                [key: string]: unknown;
            };
        };
        Connector: {
            /** @enum {string} */
            protocol: "sftp" | "ftp" | "ftps" | "ftps-implicit";
            host: string;
            port: number;
            username: string;
            hasPassword: boolean;
            hasPrivateKey: boolean;
            directory: string;
            files: {
                clients?: {
                    pattern: string;
                    /** @enum {string} */
                    take: "newest" | "all";
                    scope?: {
                        company?: string;
                        journal?: string;
                        /** Format: date */
                        from?: string;
                        /** @enum {boolean} */
                        whole?: true;
                    };
                };
                contacts?: {
                    pattern: string;
                    /** @enum {string} */
                    take: "newest" | "all";
                    scope?: {
                        company?: string;
                        journal?: string;
                        /** Format: date */
                        from?: string;
                        /** @enum {boolean} */
                        whole?: true;
                    };
                };
                ecritures?: {
                    pattern: string;
                    /** @enum {string} */
                    take: "newest" | "all";
                    scope?: {
                        company?: string;
                        journal?: string;
                        /** Format: date */
                        from?: string;
                        /** @enum {boolean} */
                        whole?: true;
                    };
                };
            };
            afterReading: {
                /** @enum {string} */
                kind: "leave" | "move" | "delete";
                folder?: string;
            };
            stableSeconds: number;
            doneFile: string | null;
            /** @description The one that was confirmed: `SHA256:…` (sftp). */
            hostKey: string | null;
            /** @description SHA-256 in hexadecimal (ftps). */
            certificateFingerprint: string | null;
            ca: string | null;
            /** Format: date-time */
            changedAt: string;
        };
        ConnectorInput: {
            /** @enum {string} */
            protocol: "sftp" | "ftp" | "ftps" | "ftps-implicit";
            host: string;
            port?: number;
            username: string;
            password?: string | null;
            privateKey?: string | null;
            passphrase?: string | null;
            /** @default . */
            directory: string;
            files: {
                clients?: {
                    pattern: string;
                    /**
                     * @default newest
                     * @enum {string}
                     */
                    take: "newest" | "all";
                    scope?: {
                        company?: string;
                        journal?: string;
                        /** Format: date */
                        from?: string;
                        /** @enum {boolean} */
                        whole?: true;
                    };
                };
                contacts?: {
                    pattern: string;
                    /**
                     * @default newest
                     * @enum {string}
                     */
                    take: "newest" | "all";
                    scope?: {
                        company?: string;
                        journal?: string;
                        /** Format: date */
                        from?: string;
                        /** @enum {boolean} */
                        whole?: true;
                    };
                };
                ecritures?: {
                    pattern: string;
                    /**
                     * @default newest
                     * @enum {string}
                     */
                    take: "newest" | "all";
                    scope?: {
                        company?: string;
                        journal?: string;
                        /** Format: date */
                        from?: string;
                        /** @enum {boolean} */
                        whole?: true;
                    };
                };
            };
            /**
             * @default {
             *       "kind": "leave"
             *     }
             */
            afterReading: {
                /** @enum {string} */
                kind: "leave";
            } | {
                /** @enum {string} */
                kind: "move";
                folder: string;
            } | {
                /** @enum {string} */
                kind: "delete";
            };
            /** @default 5 */
            stableSeconds: number;
            /** @default null */
            doneFile: string | null;
            /** @default null */
            certificateFingerprint: string | null;
            /** @default null */
            ca: string | null;
        };
        ConnectorTest: {
            /** @description A pull would take a file for each dataset. */
            ok: boolean;
            steps: {
                step: string;
                ok: boolean;
                /** @description Of docs/errors.md, where the step failed. */
                code: string | null;
                /** @description Of a host key or certificate: its fingerprint. */
                found: string | null;
                message: string;
            }[];
        };
        Schedule: {
            slots: {
                /** @description As ISO 8601 numbers them: 1 is Monday, 7 is Sunday. */
                days: number[];
                /** @example 06:30 */
                time: string;
            }[];
            cron: string | null;
            timeZone: string;
            enabled: boolean;
            /** Format: date-time */
            nextRun: string | null;
            /**
             * Format: date-time
             * @description The slot that fired last, by its planned time.
             */
            lastSlot: string | null;
        };
        ScheduleInput: {
            /** @default [] */
            slots: {
                /** @description As ISO 8601 numbers them: 1 is Monday, 7 is Sunday. */
                days: number[];
                /** @example 06:30 */
                time: string;
            }[];
            /**
             * @description Five fields, besides the slots.
             * @default null
             */
            cron: string | null;
            /** @default Europe/Paris */
            timeZone: string;
            /** @default true */
            enabled: boolean;
        };
        Webhook: {
            /** Format: uuid */
            id: string;
            /** @description https; http only to private addresses that are allowed. */
            url: string;
            /** @description Of which events it hears; empty: of all. */
            types: ("sync.completed" | "sync.failed" | "sync.held" | "sync.discarded" | "upload.quarantined" | "upload.expected_missing")[];
            enabled: boolean;
            /** Format: date-time */
            createdAt: string;
        };
        NewWebhook: components["schemas"]["Webhook"] & {
            /** @description `whsec_…`, shown only now: what signs (Standard Webhooks). */
            secret: string;
        };
        WebhookChange: {
            /** @description https; http only to private addresses that are allowed. */
            url?: string;
            /** @description Of which events it hears; empty: of all. */
            types?: ("sync.completed" | "sync.failed" | "sync.held" | "sync.discarded" | "upload.quarantined" | "upload.expected_missing")[];
            enabled?: boolean;
        };
        WebhookTest: {
            /** Format: date-time */
            at: string;
            /** @description The receiver’s HTTP status; null where none came. */
            status: number | null;
            error: string | null;
            durationMs: number;
        };
        Delivery: {
            /**
             * Format: uuid
             * @description The `webhook-id` that the receiver sees, the same in every attempt.
             */
            id: string;
            /** @description Null for a test. */
            eventId: number | null;
            type: string;
            /** @enum {string} */
            state: "pending" | "delivered" | "failed";
            /** Format: date-time */
            createdAt: string;
            /** Format: date-time */
            nextAttemptAt: string | null;
            attempts: {
                attempt: number;
                /** Format: date-time */
                at: string;
                /** @description The receiver’s HTTP status; null where none came. */
                status: number | null;
                error: string | null;
                durationMs: number;
            }[];
        };
        Recipient: {
            /** @enum {string} */
            language: "fr" | "en";
            /** @description About what; empty: about all. */
            types: ("sync.completed" | "sync.failed" | "sync.held" | "sync.discarded" | "upload.quarantined" | "upload.expected_missing")[];
            /** @description Also the daily digest. */
            digest: boolean;
            email: string;
        };
        Member: components["schemas"]["Person"] & {
            /**
             * @description As a key of that scope; each includes those before it.
             * @enum {string}
             */
            role: "read" | "sync" | "manage";
        };
        Person: {
            /** Format: uuid */
            id: string;
            email: string;
            /** @enum {string} */
            language: "fr" | "en";
            /** @description Reaches every tenant, and the server. */
            isOperator: boolean;
            /** @description False until whoever was invited has chosen one. */
            hasPassword: boolean;
            /** Format: date-time */
            createdAt: string;
            createdBy: string;
            /** Format: date-time */
            lastSignInAt: string | null;
        };
        NewMember: components["schemas"]["Member"] & {
            link: components["schemas"]["PasswordLink"];
        };
        /** @description Null for whoever has a password, or is to be asked. */
        PasswordLink: {
            /**
             * @description On which it works, once. Shown only now.
             * @example /link/…
             */
            path: string;
            /** Format: date-time */
            expiresAt: string;
        } | null;
        NewOperator: components["schemas"]["Person"] & {
            link: components["schemas"]["PasswordLink"];
        };
        AuditEntry: {
            id: number;
            /** Format: date-time */
            at: string;
            /** @description Null where it concerns none. */
            tenant: string | null;
            /** @description A username, `cli:…` or `key:…`; empty where nobody is known. */
            actor: string;
            /** @example sign_in.refused */
            action: string;
            detail: {
                [key: string]: unknown;
            };
        };
        Status: {
            /** @description Some server imports. */
            workerRunning: boolean;
            /** @description On the disk of the data folder; for the operator only. */
            freeBytes: number | null;
            tenants: {
                id: string;
                state: string;
                /** @description Uploads that no sync has taken yet. */
                waiting: number;
                /** @description Uploads that were put aside. */
                aside: number;
                queued: number;
                running: number;
                held: number;
                /** @description In the last 24 hours. */
                failed: number;
                /** Format: date-time */
                lastUpload: string | null;
                /** Format: date-time */
                lastApplied: string | null;
            }[];
        };
        Server: {
            version: string;
            /** @description Some server imports. */
            workerRunning: boolean;
            /** @description On the disk of the data folder. */
            freeBytes: number;
            database: {
                version: string;
                bytes: number;
            };
            /** @description Workers of the queue, of all processes; one that died is forgotten within a minute. */
            nodes: {
                id: number;
                /** Format: date-time */
                startedAt: string;
            }[];
            /** @description The longest first, at most 100. */
            running: {
                tenant: string;
                syncId: number;
                /** Format: date-time */
                startedAt: string | null;
            }[];
            /** @description Syncs that wait for their turn. */
            queued: number;
        };
        Ban: {
            /**
             * @description Where sign-ins failed: at the doors for files, or at the API.
             * @enum {string}
             */
            side: "doors" | "api";
            /** @enum {string} */
            kind: "address" | "username";
            /**
             * @description An IPv4 address, an IPv6 /64, or a username.
             * @example 192.0.2.1
             */
            subject: string;
            /** Format: date-time */
            since: string;
            /** Format: date-time */
            until: string;
        };
        Client: {
            /** Format: uuid */
            key: string;
            company: string;
            clientCode: string;
            /** @description Columns of the file that arrivage does not know. */
            extra: {
                [key: string]: string;
            } | null;
            firstSeen: number;
            lastChanged: number;
            name: string;
            account: string | null;
            siret: string | null;
            vatNumber: string | null;
            address1: string | null;
            address2: string | null;
            zip: string | null;
            city: string | null;
            country: string | null;
            email: string | null;
            phone: string | null;
            mobile: string | null;
            language: string | null;
            currency: string;
            paymentMode: string | null;
            paymentTermDays: number | null;
            /** @example 1234.50 */
            creditLimit: string | null;
            parentCode: string | null;
            groupName: string | null;
            accountManager: string | null;
            active: boolean;
            tag1: string | null;
            tag2: string | null;
            tag3: string | null;
            tag4: string | null;
            tag5: string | null;
            tag6: string | null;
            tag7: string | null;
            tag8: string | null;
            tag9: string | null;
            tag10: string | null;
            tag11: string | null;
            tag12: string | null;
            tag13: string | null;
            tag14: string | null;
            tag15: string | null;
            tag16: string | null;
            tag17: string | null;
            tag18: string | null;
            tag19: string | null;
            tag20: string | null;
            notes: string | null;
            stopReminders: boolean;
        };
        Contact: {
            /** Format: uuid */
            key: string;
            company: string;
            clientCode: string;
            /** @description Columns of the file that arrivage does not know. */
            extra: {
                [key: string]: string;
            } | null;
            firstSeen: number;
            lastChanged: number;
            contactId: string | null;
            lastName: string | null;
            firstName: string | null;
            civility: string | null;
            email: string | null;
            phone: string | null;
            mobile: string | null;
            service: string | null;
            role: string | null;
            isMain: boolean;
            active: boolean;
            origin: string;
            notes: string | null;
            stopReminders: boolean;
        };
        Ecriture: {
            /** Format: uuid */
            key: string;
            company: string;
            clientCode: string;
            /** @description Columns of the file that arrivage does not know. */
            extra: {
                [key: string]: string;
            } | null;
            firstSeen: number;
            lastChanged: number;
            entryId: string | null;
            journal: string | null;
            account: string | null;
            pieceNumber: string;
            entryType: string;
            /** Format: date */
            entryDate: string;
            /** Format: date */
            dueDate: string | null;
            dueDateDerived: boolean;
            /** @example 1234.50 */
            amount: string;
            /** @example 1234.50 */
            balance: string | null;
            currency: string;
            /** @example 1234.50 */
            amountCurrency: string | null;
            label: string | null;
            paymentMode: string | null;
            letter: string | null;
            /** Format: date */
            letterDate: string | null;
            /** Format: date */
            settledDate: string | null;
            orderRef: string | null;
            documentRef: string | null;
            tag1: string | null;
            tag2: string | null;
            tag3: string | null;
            tag4: string | null;
            tag5: string | null;
            tag6: string | null;
            tag7: string | null;
            tag8: string | null;
            tag9: string | null;
            tag10: string | null;
            tag11: string | null;
            tag12: string | null;
            tag13: string | null;
            tag14: string | null;
            tag15: string | null;
            tag16: string | null;
            tag17: string | null;
            tag18: string | null;
            tag19: string | null;
            tag20: string | null;
            status: string;
            settledBySync: number | null;
            /** Format: date-time */
            settledAt: string | null;
            notes: string | null;
            stopReminders: boolean;
        };
        OpenAmounts: {
            company?: string;
            clientCode?: string;
            name?: string | null;
            /** @example EUR */
            currency: string;
            entries: number;
            /**
             * @description Open in all; unmatched credit notes and payments count against it.
             * @example 1234.50
             */
            open: string;
            /**
             * @description Due on that day or later, or without a due date.
             * @example 1234.50
             */
            notDue: string;
            /** @example 1234.50 */
            overdue: string;
            /**
             * @description Overdue by 1 to 30 days.
             * @example 1234.50
             */
            upTo30: string;
            /** @example 1234.50 */
            days31to60: string;
            /** @example 1234.50 */
            days61to90: string;
            /** @example 1234.50 */
            over90: string;
        };
        FeedChange: {
            syncId: number;
            /** @enum {string} */
            dataset: "clients" | "contacts" | "ecritures";
            /** @enum {string} */
            change: "inserted" | "updated" | "settled" | "reopened" | "deactivated" | "removed";
            /** Format: uuid */
            key: string;
            /** @description As `list…` shows it, now: later syncs may have changed it. Null: it is gone. */
            row: {
                [key: string]: unknown;
            } | null;
            /** @description What it said before the sync, without empty columns; of a row that vanished, only what that changed. Null: it was not there. */
            before: {
                [key: string]: unknown;
            } | null;
        };
        Upload: {
            /** Format: uuid */
            id: string;
            /** @example /ecritures.csv */
            path: string;
            size: number;
            sha256: string;
            /** @enum {string} */
            door: "sftp" | "ftp" | "http" | "drop" | "pull" | "import";
            /** @description Who sent it: a username, or the name of a key. */
            username: string | null;
            /** Format: date-time */
            receivedAt: string;
            /**
             * @description `waiting` for a sync, or taken by one (`gathered`, `done_file`); `superseded`: a later file of its name came first; `unrecognised`, `quarantined`: put aside; `ignored`: it lies beside the export and is none.
             * @enum {string}
             */
            state: "waiting" | "gathered" | "superseded" | "unrecognised" | "quarantined" | "ignored" | "done_file";
            /** @description Why it was put aside or ignored. */
            reason: {
                code: string;
                message: string;
            } | null;
            /** @description The sync that took it. */
            syncId: number | null;
            /** @description Of a file whose sender went on from an earlier upload of its name. `continued`: its first `bytes` bytes are of that one; `overwritten`: so many of them remain in it; `cut`: so many were left out behind its last byte. */
            inherited: {
                /** @enum {string} */
                how: "continued" | "overwritten" | "cut";
                bytes: number;
            } | null;
            /**
             * Format: date-time
             * @description Since when its bytes are gone.
             */
            purgedAt: string | null;
        };
        UploadPreview: {
            /** Format: uuid */
            uploadId: string;
            /**
             * @description What an import would take the file for, as the mappings stand.
             * @enum {string}
             */
            identified: "clients" | "contacts" | "ecritures" | "fec" | "unknown";
            /**
             * @description What it is read as here.
             * @enum {string}
             */
            dataset: "clients" | "contacts" | "ecritures" | "fec";
            /** @description Of the mapping in force; 0: none was ever set. */
            mappingVersion: number;
            /** @description Column → its place in the file, from 1. */
            columns: {
                [key: string]: number;
            };
            /** @description Required columns that no header fits: of each set one of its alternatives, whole. */
            missing: string[][][];
            /** @description Why the file would be put aside as a whole. */
            refusal: {
                code: string;
                message: string;
            } | null;
            /** @description The first 20, and of the sample the first 20 more that would be refused. */
            rows: {
                /** @description Of the file, from 1. */
                line: number;
                cells: string[];
                /** @description Null: refused. */
                stored: {
                    [key: string]: string | null;
                } | null;
                findings: {
                    line: number;
                    column: string | null;
                    code: string;
                    value: string | null;
                    message: string;
                }[];
            }[];
            /** @description How many records were looked at: the first 1,000 at most. */
            sampled: number;
            /** @description How many of them would be refused. */
            refused: number;
            warnings: {
                code: string;
                column: string | null;
                count: number;
                message: string;
            }[];
            format: {
                /** @enum {string} */
                kind: "csv" | "fec" | "xlsx";
                header: string[];
                headerLine: number;
            } & {
                [key: string]: unknown;
            };
        };
        Sync: {
            id: number;
            /**
             * @description 2 to 40 lower-case letters, digits and dashes, first a letter.
             * @example acme
             */
            tenant: string;
            /** @enum {string} */
            state: "queued" | "running" | "applied" | "unchanged" | "dry_run" | "held" | "discarded" | "failed";
            /** @description A trigger, `request`, `schedule`, `replay` or `revert`. */
            cause: string;
            requestedBy: string | null;
            approvedBy: string | null;
            dryRun: boolean;
            force: boolean;
            /** @description Which it was asked for; null: all. */
            datasets: ("clients" | "contacts" | "ecritures")[] | null;
            /** @description Begins with fetching from the tenant’s own server. */
            fetch: boolean;
            /** @description Fetches that failed one after another. */
            fetchFailures: number;
            /**
             * Format: date-time
             * @description When a fetch that failed is tried again.
             */
            notBefore: string | null;
            /** @description The sync that this one undoes. */
            reverts: number | null;
            revertedBy: number | null;
            /** @description Of a revert: rows that have their values of before again, and rows that are gone. */
            undone: {
                /** @enum {string} */
                dataset: "clients" | "contacts" | "ecritures";
                restored: number;
                removed: number;
            }[] | null;
            incomplete: boolean;
            missing: ("clients" | "contacts" | "ecritures")[];
            /** @description Files that were taken and could not be moved or deleted at their source. */
            leftAtSource: {
                /** @enum {string} */
                how: "move" | "delete";
                count: number;
                /** @description The first 20. */
                files: {
                    name: string;
                    reason: {
                        code: string;
                        message: string;
                    };
                }[];
            } | null;
            /** @description How often it was begun. */
            attempts: number;
            /** Format: date-time */
            createdAt: string;
            /** Format: date-time */
            startedAt: string | null;
            /** Format: date-time */
            finishedAt: string | null;
            error: {
                code: string;
                message: string;
            } | null;
            guard: {
                /** @enum {string} */
                dataset: "clients" | "contacts" | "ecritures";
                /** @enum {string} */
                rule: "settles_entries" | "settles_amount" | "few_rows";
                measured: number;
                allowed: number;
            }[];
            progress: components["schemas"]["Progress"];
            /** @description Milliseconds of each stage. */
            durations: {
                [key: string]: number;
            };
            /** @description How many remarks on its files are doubts. */
            doubts: number;
            files: components["schemas"]["SyncFile"][];
        };
        Progress: {
            /** @enum {string} */
            stage: "fetch" | "waiting" | "parse" | "merge" | "commit" | "report";
            bytesDone: number;
            bytesTotal: number;
            rowsDone: number;
        } | null;
        SyncFile: {
            /** Format: uuid */
            uploadId: string;
            /** @enum {string|null} */
            dataset: "clients" | "contacts" | "ecritures" | null;
            name: string;
            size: number;
            sha256: string;
            /** @enum {string|null} */
            format: "csv" | "fec" | "xlsx" | null;
            encoding: string | null;
            /** @description What was done to the text before it was encoded, and was undone in all of the file. */
            repairs: ("html-entities" | "encoded-twice" | "c1-controls")[];
            delimiter: string | null;
            /** @enum {string|null} */
            quote: "\"" | "'" | "“" | "none" | null;
            /** @enum {string|null} */
            escape: "\"" | "\\" | "none" | null;
            /** @enum {string|null} */
            lineEnds: "crlf" | "lf" | "cr" | "crcrlf" | "mixed" | "none" | null;
            sheet: string | null;
            headerLine: number | null;
            /** @enum {string} */
            mode: "snapshot" | "delta";
            /** @description Column → the header it was read from. */
            columns: {
                [key: string]: string;
            };
            mappingVersion: number;
            read: number;
            inserted: number;
            updated: number;
            unchanged: number;
            rejected: number;
            skipped: number;
            duplicate: number;
            settled: number;
            reopened: number;
            sameAsBefore: boolean;
            totals: components["schemas"]["Totals"];
            scope: components["schemas"]["Scope"];
            warnings: {
                code: string;
                column: string | null;
                /** @description About money, dates, sides, names or codes: somebody should read it. */
                doubt: boolean;
                message: string;
                count: number;
                examples: {
                    line: number;
                    value: string | null;
                }[];
            }[];
            quarantine: {
                code: string;
                message: string;
            } | null;
            /** @description It lies beside the export and is none. */
            ignored: {
                code: string;
                message: string;
            } | null;
        };
        /** @description Of entries; null for other files, and for syncs of an older version. */
        Totals: {
            /** @description The most used first, at most 10; `read` is the sum of the three others. */
            currencies: {
                currency: string;
                read: {
                    rows: number;
                    /** @example 1234.50 */
                    debit: string;
                    /** @example 1234.50 */
                    credit: string;
                    /** @example 1234.50 */
                    amount: string;
                    /** @example 1234.50 */
                    balance: string;
                };
                refused: {
                    rows: number;
                    /** @example 1234.50 */
                    debit: string;
                    /** @example 1234.50 */
                    credit: string;
                    /** @example 1234.50 */
                    amount: string;
                    /** @example 1234.50 */
                    balance: string;
                };
                duplicate: {
                    rows: number;
                    /** @example 1234.50 */
                    debit: string;
                    /** @example 1234.50 */
                    credit: string;
                    /** @example 1234.50 */
                    amount: string;
                    /** @example 1234.50 */
                    balance: string;
                };
                stored: {
                    rows: number;
                    /** @example 1234.50 */
                    debit: string;
                    /** @example 1234.50 */
                    credit: string;
                    /** @example 1234.50 */
                    amount: string;
                    /** @example 1234.50 */
                    balance: string;
                };
            }[];
            /** @description Entries in other currencies. */
            others: number;
            /** @description Refused records whose amount cannot be read: in no sum. */
            unread: number;
            /** @description The file has a column of balances. */
            hasBalance: boolean;
            /** @description Clients that the entries name; null beyond 200,000. */
            clients: {
                read: number;
                stored: number;
            } | null;
            /** @description The line of the file’s own total, where it agrees. */
            confirmed: number | null;
        } | null;
        /** @description Of which stored rows the silence of this snapshot speaks. */
        Scope: {
            /**
             * @description In words.
             * @example company Nord
             */
            text: string;
            parts: {
                /** @description Null: any. */
                companies: string[] | null;
                journal: string | null;
                /**
                 * Format: date
                 * @description Entries dated before are outside.
                 */
                from: string | null;
            }[];
        } | null;
        SyncRequest: {
            /** @description Everything up to the merge, then back. */
            dryRun?: boolean;
            /** @description Import even what was imported before. */
            force?: boolean;
            /** @description Only these. */
            datasets?: ("clients" | "contacts" | "ecritures")[];
            /** @description Of a tenant in `validation`: uploads that earlier trials took or put aside, which this one is to take too. */
            again?: string[];
        };
        SyncReport: components["schemas"]["Sync"] & {
            headline: string;
            /** @description The first of each file, 20 at most. */
            rejections: components["schemas"]["Rejection"][];
        };
        Rejection: {
            /** @description Its place among the files of the sync, from 1. */
            fileNo: number;
            file: string;
            line: number;
            column: string | null;
            code: string;
            value: string | null;
            message: string;
            /** @description The record as it stood in the file. */
            raw: string;
        };
    };
    responses: {
        /** @description A parameter of the query is unknown, or the body is no valid JSON, or was cut. */
        Refused400: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description The API key is missing or refused. */
        Refused401: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description The key’s scope is too small, or its tenant is suspended. */
        Refused403: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description There is no such resource, or it is another tenant’s. */
        Refused404: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description The body came too slowly. */
        Refused408: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description It contradicts what is there. */
        Refused409: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description The resource is another than If-Match names. */
        Refused412: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description The body is too large. */
        Refused413: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description The body is of another content type. */
        Refused415: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description The range lies outside the file. */
        Refused416: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description A field does not fit, or what it asks for cannot be done. */
        Refused422: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description Too many requests, or too many refused keys. */
        Refused429: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description An error of ours. */
        Refused500: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description The database is away for the moment. */
        Refused503: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description There is no room for it. */
        Refused507: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
    };
    parameters: never;
    requestBodies: never;
    headers: never;
    pathItems: never;
}
export type $defs = Record<string, never>;
export interface operations {
    listTenants: {
        parameters: {
            query?: {
                /** @description Items on a page. */
                limit?: number;
                /** @description Where the page begins: `next` of the page before. Opaque. */
                cursor?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of tenants, by id. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["Tenant"][];
                        /** @description Cursor of the next page; null on the last. */
                        next: string | null;
                    };
                };
            };
            400: components["responses"]["Refused400"];
            401: components["responses"]["Refused401"];
            403: components["responses"]["Refused403"];
            422: components["responses"]["Refused422"];
            429: components["responses"]["Refused429"];
            500: components["responses"]["Refused500"];
            503: components["responses"]["Refused503"];
        };
    };
    createTenant: {
        parameters: {
            query?: never;
            header?: {
                /** @description The same key on the same request within a day: answered as before, done once. */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewTenant"];
            };
        };
        responses: {
            /** @description The new tenant. */
            201: {
                headers: {
                    /** @description For If-Match and If-None-Match. */
                    etag: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Tenant"];
                };
            };
            400: components["responses"]["Refused400"];
            401: components["responses"]["Refused401"];
            403: components["responses"]["Refused403"];
            408: components["responses"]["Refused408"];
            409: components["responses"]["Refused409"];
            413: components["responses"]["Refused413"];
            415: components["responses"]["Refused415"];
            422: components["responses"]["Refused422"];
            429: components["responses"]["Refused429"];
            500: components["responses"]["Refused500"];
            503: components["responses"]["Refused503"];
        };
    };
    readTenant: {
        parameters: {
            query?: never;
            header?: {
                /** @description 304 if its ETag is still this one. */
                "If-None-Match"?: string;
            };
            path: {
                tenant: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The tenant. */
            200: {
                headers: {
                    /** @description For If-Match and If-None-Match. */
                    etag: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Tenant"];
                };
            };
            /** @description It is as If-None-Match names it. */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["Refused400"];
            401: components["responses"]["Refused401"];
            403: components["responses"]["Refused403"];
            404: components["responses"]["Refused404"];
            422: components["responses"]["Refused422"];
            429: components["responses"]["Refused429"];
            500: components["responses"]["Refused500"];
            503: components["responses"]["Refused503"];
        };
    };
    deleteTenant: {
        parameters: {
            query?: never;
            header?: {
                /** @description Change it only if its ETag is still this one. */
                "If-Match"?: string;
            };
            path: {
                tenant: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It is gone. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["Refused400"];
            401: components["responses"]["Refused401"];
            403: components["responses"]["Refused403"];
            404: components["responses"]["Refused404"];
            412: components["responses"]["Refused412"];
            422: components["responses"]["Refused422"];
            429: components["responses"]["Refused429"];
            500: components["responses"]["Refused500"];
            503: components["responses"]["Refused503"];
        };
    };
    changeTenant: {
        parameters: {
            query?: never;
            header?: {
                /** @description Change it only if its ETag is still this one. */
                "If-Match"?: string;
            };
            path: {
                tenant: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["TenantChange"];
            };
        };
        responses: {
            /** @description The tenant as it is now. */
            200: {
                headers: {
                    /** @description For If-Match and If-None-Match. */
                    etag: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Tenant"];
                };
            };
            400: components["responses"]["Refused400"];
            401: components["responses"]["Refused401"];
            403: components["responses"]["Refused403"];
            404: components["responses"]["Refused404"];
            408: components["responses"]["Refused408"];
            409: components["responses"]["Refused409"];
            412: components["responses"]["Refused412"];
            413: components["responses"]["Refused413"];
            415: components["responses"]["Refused415"];
            422: components["responses"]["Refused422"];
            429: components["responses"]["Refused429"];
            500: components["responses"]["Refused500"];
            503: components["responses"]["Refused503"];
        };
    };
    listKeys: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                tenant: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The keys, oldest first. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["ApiKey"][];
                    };
                };
            };
            400: components["responses"]["Refused400"];
            401: components["responses"]["Refused401"];
            403: components["responses"]["Refused403"];
            404: components["responses"]["Refused404"];
            422: components["responses"]["Refused422"];
            429: components["responses"]["Refused429"];
            500: components["responses"]["Refused500"];
            503: components["responses"]["Refused503"];
        };
    };
    createKey: {
        parameters: {
            query?: never;
            header?: {
                /** @description The same key on the same request within a day: answered as before, done once. */
                "Idempotency-Key"?: string;
            };
            path: {
                tenant: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    name: string;
                    /** @enum {string} */
                    scope: "read" | "sync" | "manage";
                };
            };
        };
        responses: {
            /** @description The key, shown only now. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["NewApiKey"];
                };
            };
            400: components["responses"]["Refused400"];
            401: components["responses"]["Refused401"];
            403: components["responses"]["Refused403"];
            404: components["responses"]["Refused404"];
            408: components["responses"]["Refused408"];
            409: components["responses"]["Refused409"];
            413: components["responses"]["Refused413"];
            415: components["responses"]["Refused415"];
            422: components["responses"]["Refused422"];
            429: components["responses"]["Refused429"];
            500: components["responses"]["Refused500"];
            503: components["responses"]["Refused503"];
        };
    };
    revokeKey: {
        parameters: {
            query?: {
                /** @description `true`: also the keys that it has made, and those that they have made, as after a leak; it may be revoked already. */
                made?: "true" | "false";
            };
            header?: never;
            path: {
                tenant: string;
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It opens nothing from now on. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["Refused400"];
            401: components["responses"]["Refused401"];
            403: components["responses"]["Refused403"];
            404: components["responses"]["Refused404"];
            422: components["responses"]["Refused422"];
            429: components["responses"]["Refused429"];
            500: components["responses"]["Refused500"];
            503: components["responses"]["Refused503"];
        };
    };
    listOperatorKeys: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The keys, oldest first. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["ApiKey"][];
                    };
                };
            };
            400: components["responses"]["Refused400"];
            401: components["responses"]["Refused401"];
            403: components["responses"]["Refused403"];
            429: components["responses"]["Refused429"];
            500: components["responses"]["Refused500"];
            503: components["responses"]["Refused503"];
        };
    };
    createOperatorKey: {
        parameters: {
            query?: never;
            header?: {
                /** @description The same key on the same request within a day: answered as before, done once. */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    name: string;
                };
            };
        };
        responses: {
            /** @description The key, shown only now. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["NewApiKey"];
                };
            };
            400: components["responses"]["Refused400"];
            401: components["responses"]["Refused401"];
            403: components["responses"]["Refused403"];
            408: components["responses"]["Refused408"];
            409: components["responses"]["Refused409"];
            413: components["responses"]["Refused413"];
            415: components["responses"]["Refused415"];
            422: components["responses"]["Refused422"];
            429: components["responses"]["Refused429"];
            500: components["responses"]["Refused500"];
            503: components["responses"]["Refused503"];
        };
    };
    revokeOperatorKey: {
        parameters: {
            query?: {
                /** @description `true`: also the keys that it has made, and those that they have made, as after a leak; it may be revoked already. */
                made?: "true" | "false";
            };
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It opens nothing from now on. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["Refused400"];
            401: components["responses"]["Refused401"];
            403: components["responses"]["Refused403"];
            404: components["responses"]["Refused404"];
            422: components["responses"]["Refused422"];
            429: components["responses"]["Refused429"];
            500: components["responses"]["Refused500"];
            503: components["responses"]["Refused503"];
        };
    };
    listCredentials: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                tenant: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The credentials, by username. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["Credential"][];
                    };
                };
            };
            400: components["responses"]["Refused400"];
            401: components["responses"]["Refused401"];
            403: components["responses"]["Refused403"];
            404: components["responses"]["Refused404"];
            422: components["responses"]["Refused422"];
            429: components["responses"]["Refused429"];
            500: components["responses"]["Refused500"];
            503: components["responses"]["Refused503"];
        };
    };
    createCredential: {
        parameters: {
            query?: never;
            header?: {
                /** @description The same key on the same request within a day: answered as before, done once. */
                "Idempotency-Key"?: string;
            };
            path: {
                tenant: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewCredential"];
            };
        };
        responses: {
            /** @description The new credential. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Credential"] & {
                        /** @description The one that was made; shown only now. */
                        password?: string;
                    };
                };
            };
            400: components["responses"]["Refused400"];
            401: components["responses"]["Refused401"];
            403: components["responses"]["Refused403"];
            404: components["responses"]["Refused404"];
            408: components["responses"]["Refused408"];
            409: components["responses"]["Refused409"];
            413: components["responses"]["Refused413"];
            415: components["responses"]["Refused415"];
            422: components["responses"]["Refused422"];
            429: components["responses"]["Refused429"];
            500: components["responses"]["Refused500"];
            503: components["responses"]["Refused503"];
        };
    };
    readCredential: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                tenant: string;
                username: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The credential. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Credential"];
                };
            };
            400: components["responses"]["Refused400"];
            401: components["responses"]["Refused401"];
            403: components["responses"]["Refused403"];
            404: components["responses"]["Refused404"];
            422: components["responses"]["Refused422"];
            429: components["responses"]["Refused429"];
            500: components["responses"]["Refused500"];
            503: components["responses"]["Refused503"];
        };
    };
    revokeCredential: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                tenant: string;
                username: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It is revoked. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["Refused400"];
            401: components["responses"]["Refused401"];
            403: components["responses"]["Refused403"];
            404: components["responses"]["Refused404"];
            422: components["responses"]["Refused422"];
            429: components["responses"]["Refused429"];
            500: components["responses"]["Refused500"];
            503: components["responses"]["Refused503"];
        };
    };
    listMappings: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                tenant: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description At most one for each dataset. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["Mapping"][];
                    };
                };
            };
            400: components["responses"]["Refused400"];
            401: components["responses"]["Refused401"];
            403: components["responses"]["Refused403"];
            404: components["responses"]["Refused404"];
            422: components["responses"]["Refused422"];
            429: components["responses"]["Refused429"];
            500: components["responses"]["Refused500"];
            503: components["responses"]["Refused503"];
        };
    };
    readMapping: {
        parameters: {
            query?: never;
            header?: {
                /** @description 304 if its ETag is still this one. */
                "If-None-Match"?: string;
            };
            path: {
                tenant: string;
                dataset: "clients" | "contacts" | "ecritures";
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The mapping in force. What is not set is detected. */
            200: {
                headers: {
                    /** @description For If-Match and If-None-Match. */
                    etag: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Mapping"];
                };
            };
            /** @description It is as If-None-Match names it. */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["Refused400"];
            401: components["responses"]["Refused401"];
            403: components["responses"]["Refused403"];
            404: components["responses"]["Refused404"];
            422: components["responses"]["Refused422"];
            429: components["responses"]["Refused429"];
            500: components["responses"]["Refused500"];
            503: components["responses"]["Refused503"];
        };
    };
    putMapping: {
        parameters: {
            query?: never;
            header?: {
                /** @description Change it only if its ETag is still this one. */
                "If-Match"?: string;
            };
            path: {
                tenant: string;
                dataset: "clients" | "contacts" | "ecritures";
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["MappingInput"];
            };
        };
        responses: {
            /** @description The mapping, as a new version. */
            200: {
                headers: {
                    /** @description For If-Match and If-None-Match. */
                    etag: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Mapping"];
                };
            };
            400: components["responses"]["Refused400"];
            401: components["responses"]["Refused401"];
            403: components["responses"]["Refused403"];
            404: components["responses"]["Refused404"];
            408: components["responses"]["Refused408"];
            412: components["responses"]["Refused412"];
            413: components["responses"]["Refused413"];
            415: components["responses"]["Refused415"];
            422: components["responses"]["Refused422"];
            429: components["responses"]["Refused429"];
            500: components["responses"]["Refused500"];
            503: components["responses"]["Refused503"];
        };
    };
    inferMapping: {
        parameters: {
            query?: {
                encoding?: "utf-8" | "utf-16le" | "utf-16be" | "windows-1252" | "iso-8859-15" | "cp850" | "macroman";
                delimiter?: string;
                quote?: "\"" | "'" | "“" | "none";
                escape?: "\"" | "\\" | "none";
                headerLine?: number | null;
                sheet?: string;
            };
            header?: never;
            path: {
                tenant: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/octet-stream": string;
            };
        };
        responses: {
            /** @description The proposal, and the first rows under it. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["MappingProposal"];
                };
            };
            400: components["responses"]["Refused400"];
            401: components["responses"]["Refused401"];
            403: components["responses"]["Refused403"];
            404: components["responses"]["Refused404"];
            408: components["responses"]["Refused408"];
            413: components["responses"]["Refused413"];
            415: components["responses"]["Refused415"];
            422: components["responses"]["Refused422"];
            429: components["responses"]["Refused429"];
            500: components["responses"]["Refused500"];
            503: components["responses"]["Refused503"];
        };
    };
    readConnector: {
        parameters: {
            query?: never;
            header?: {
                /** @description 304 if its ETag is still this one. */
                "If-None-Match"?: string;
            };
            path: {
                tenant: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The connector. */
            200: {
                headers: {
                    /** @description For If-Match and If-None-Match. */
                    etag: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Connector"];
                };
            };
            /** @description It is as If-None-Match names it. */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["Refused400"];
            401: components["responses"]["Refused401"];
            403: components["responses"]["Refused403"];
            404: components["responses"]["Refused404"];
            422: components["responses"]["Refused422"];
            429: components["responses"]["Refused429"];
            500: components["responses"]["Refused500"];
            503: components["responses"]["Refused503"];
        };
    };
    putConnector: {
        parameters: {
            query?: never;
            header?: {
                /** @description Change it only if its ETag is still this one. */
                "If-Match"?: string;
                /** @description 304 if its ETag is still this one. */
                "If-None-Match"?: string;
            };
            path: {
                tenant: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ConnectorInput"];
            };
        };
        responses: {
            /** @description The connector. */
            200: {
                headers: {
                    /** @description For If-Match and If-None-Match. */
                    etag: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Connector"];
                };
            };
            400: components["responses"]["Refused400"];
            401: components["responses"]["Refused401"];
            403: components["responses"]["Refused403"];
            404: components["responses"]["Refused404"];
            408: components["responses"]["Refused408"];
            409: components["responses"]["Refused409"];
            412: components["responses"]["Refused412"];
            413: components["responses"]["Refused413"];
            415: components["responses"]["Refused415"];
            422: components["responses"]["Refused422"];
            429: components["responses"]["Refused429"];
            500: components["responses"]["Refused500"];
            503: components["responses"]["Refused503"];
        };
    };
    deleteConnector: {
        parameters: {
            query?: never;
            header?: {
                /** @description Change it only if its ETag is still this one. */
                "If-Match"?: string;
            };
            path: {
                tenant: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It is gone. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["Refused400"];
            401: components["responses"]["Refused401"];
            403: components["responses"]["Refused403"];
            404: components["responses"]["Refused404"];
            412: components["responses"]["Refused412"];
            422: components["responses"]["Refused422"];
            429: components["responses"]["Refused429"];
            500: components["responses"]["Refused500"];
            503: components["responses"]["Refused503"];
        };
    };
    testConnector: {
        parameters: {
            query?: never;
            header?: {
                /** @description The same key on the same request within a day: answered as before, done once. */
                "Idempotency-Key"?: string;
            };
            path: {
                tenant: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The steps, up to the one that failed. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ConnectorTest"];
                };
            };
            400: components["responses"]["Refused400"];
            401: components["responses"]["Refused401"];
            403: components["responses"]["Refused403"];
            404: components["responses"]["Refused404"];
            409: components["responses"]["Refused409"];
            422: components["responses"]["Refused422"];
            429: components["responses"]["Refused429"];
            500: components["responses"]["Refused500"];
            503: components["responses"]["Refused503"];
        };
    };
    confirmHostKey: {
        parameters: {
            query?: never;
            header?: {
                /** @description Change it only if its ETag is still this one. */
                "If-Match"?: string;
            };
            path: {
                tenant: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @description As the test found it. */
                    fingerprint: string;
                };
            };
        };
        responses: {
            /** @description The connector, which reads from a server with this key only. */
            200: {
                headers: {
                    /** @description For If-Match and If-None-Match. */
                    etag: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Connector"];
                };
            };
            400: components["responses"]["Refused400"];
            401: components["responses"]["Refused401"];
            403: components["responses"]["Refused403"];
            404: components["responses"]["Refused404"];
            408: components["responses"]["Refused408"];
            412: components["responses"]["Refused412"];
            413: components["responses"]["Refused413"];
            415: components["responses"]["Refused415"];
            422: components["responses"]["Refused422"];
            429: components["responses"]["Refused429"];
            500: components["responses"]["Refused500"];
            503: components["responses"]["Refused503"];
        };
    };
    readSchedule: {
        parameters: {
            query?: never;
            header?: {
                /** @description 304 if its ETag is still this one. */
                "If-None-Match"?: string;
            };
            path: {
                tenant: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The schedule. */
            200: {
                headers: {
                    /** @description For If-Match and If-None-Match. */
                    etag: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Schedule"];
                };
            };
            /** @description It is as If-None-Match names it. */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["Refused400"];
            401: components["responses"]["Refused401"];
            403: components["responses"]["Refused403"];
            404: components["responses"]["Refused404"];
            422: components["responses"]["Refused422"];
            429: components["responses"]["Refused429"];
            500: components["responses"]["Refused500"];
            503: components["responses"]["Refused503"];
        };
    };
    putSchedule: {
        parameters: {
            query?: never;
            header?: {
                /** @description Change it only if its ETag is still this one. */
                "If-Match"?: string;
                /** @description 304 if its ETag is still this one. */
                "If-None-Match"?: string;
            };
            path: {
                tenant: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ScheduleInput"];
            };
        };
        responses: {
            /** @description The schedule and its next run. */
            200: {
                headers: {
                    /** @description For If-Match and If-None-Match. */
                    etag: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Schedule"];
                };
            };
            400: components["responses"]["Refused400"];
            401: components["responses"]["Refused401"];
            403: components["responses"]["Refused403"];
            404: components["responses"]["Refused404"];
            408: components["responses"]["Refused408"];
            412: components["responses"]["Refused412"];
            413: components["responses"]["Refused413"];
            415: components["responses"]["Refused415"];
            422: components["responses"]["Refused422"];
            429: components["responses"]["Refused429"];
            500: components["responses"]["Refused500"];
            503: components["responses"]["Refused503"];
        };
    };
    deleteSchedule: {
        parameters: {
            query?: never;
            header?: {
                /** @description Change it only if its ETag is still this one. */
                "If-Match"?: string;
            };
            path: {
                tenant: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It is gone. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["Refused400"];
            401: components["responses"]["Refused401"];
            403: components["responses"]["Refused403"];
            404: components["responses"]["Refused404"];
            412: components["responses"]["Refused412"];
            422: components["responses"]["Refused422"];
            429: components["responses"]["Refused429"];
            500: components["responses"]["Refused500"];
            503: components["responses"]["Refused503"];
        };
    };
    listWebhooks: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                tenant: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The webhooks, oldest first. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["Webhook"][];
                    };
                };
            };
            400: components["responses"]["Refused400"];
            401: components["responses"]["Refused401"];
            403: components["responses"]["Refused403"];
            404: components["responses"]["Refused404"];
            422: components["responses"]["Refused422"];
            429: components["responses"]["Refused429"];
            500: components["responses"]["Refused500"];
            503: components["responses"]["Refused503"];
        };
    };
    createWebhook: {
        parameters: {
            query?: never;
            header?: {
                /** @description The same key on the same request within a day: answered as before, done once. */
                "Idempotency-Key"?: string;
            };
            path: {
                tenant: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @description https; http only to private addresses that are allowed. */
                    url: string;
                    /**
                     * @description Of which events it hears; empty: of all.
                     * @default []
                     */
                    types?: ("sync.completed" | "sync.failed" | "sync.held" | "sync.discarded" | "upload.quarantined" | "upload.expected_missing")[];
                };
            };
        };
        responses: {
            /** @description The webhook. */
            201: {
                headers: {
                    /** @description For If-Match and If-None-Match. */
                    etag: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["NewWebhook"];
                };
            };
            400: components["responses"]["Refused400"];
            401: components["responses"]["Refused401"];
            403: components["responses"]["Refused403"];
            404: components["responses"]["Refused404"];
            408: components["responses"]["Refused408"];
            409: components["responses"]["Refused409"];
            413: components["responses"]["Refused413"];
            415: components["responses"]["Refused415"];
            422: components["responses"]["Refused422"];
            429: components["responses"]["Refused429"];
            500: components["responses"]["Refused500"];
            503: components["responses"]["Refused503"];
        };
    };
    readWebhook: {
        parameters: {
            query?: never;
            header?: {
                /** @description 304 if its ETag is still this one. */
                "If-None-Match"?: string;
            };
            path: {
                tenant: string;
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The webhook. */
            200: {
                headers: {
                    /** @description For If-Match and If-None-Match. */
                    etag: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Webhook"];
                };
            };
            /** @description It is as If-None-Match names it. */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["Refused400"];
            401: components["responses"]["Refused401"];
            403: components["responses"]["Refused403"];
            404: components["responses"]["Refused404"];
            422: components["responses"]["Refused422"];
            429: components["responses"]["Refused429"];
            500: components["responses"]["Refused500"];
            503: components["responses"]["Refused503"];
        };
    };
    deleteWebhook: {
        parameters: {
            query?: never;
            header?: {
                /** @description Change it only if its ETag is still this one. */
                "If-Match"?: string;
            };
            path: {
                tenant: string;
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It is gone. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["Refused400"];
            401: components["responses"]["Refused401"];
            403: components["responses"]["Refused403"];
            404: components["responses"]["Refused404"];
            412: components["responses"]["Refused412"];
            422: components["responses"]["Refused422"];
            429: components["responses"]["Refused429"];
            500: components["responses"]["Refused500"];
            503: components["responses"]["Refused503"];
        };
    };
    changeWebhook: {
        parameters: {
            query?: never;
            header?: {
                /** @description Change it only if its ETag is still this one. */
                "If-Match"?: string;
            };
            path: {
                tenant: string;
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["WebhookChange"];
            };
        };
        responses: {
            /** @description The webhook as it is now. */
            200: {
                headers: {
                    /** @description For If-Match and If-None-Match. */
                    etag: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Webhook"];
                };
            };
            400: components["responses"]["Refused400"];
            401: components["responses"]["Refused401"];
            403: components["responses"]["Refused403"];
            404: components["responses"]["Refused404"];
            408: components["responses"]["Refused408"];
            412: components["responses"]["Refused412"];
            413: components["responses"]["Refused413"];
            415: components["responses"]["Refused415"];
            422: components["responses"]["Refused422"];
            429: components["responses"]["Refused429"];
            500: components["responses"]["Refused500"];
            503: components["responses"]["Refused503"];
        };
    };
    rotateWebhookSecret: {
        parameters: {
            query?: never;
            header?: {
                /** @description The same key on the same request within a day: answered as before, done once. */
                "Idempotency-Key"?: string;
            };
            path: {
                tenant: string;
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The new secret, shown only now. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @description `whsec_…`, shown only now: what signs (Standard Webhooks). */
                        secret: string;
                    };
                };
            };
            400: components["responses"]["Refused400"];
            401: components["responses"]["Refused401"];
            403: components["responses"]["Refused403"];
            404: components["responses"]["Refused404"];
            409: components["responses"]["Refused409"];
            422: components["responses"]["Refused422"];
            429: components["responses"]["Refused429"];
            500: components["responses"]["Refused500"];
            503: components["responses"]["Refused503"];
        };
    };
    testWebhook: {
        parameters: {
            query?: never;
            header?: {
                /** @description The same key on the same request within a day: answered as before, done once. */
                "Idempotency-Key"?: string;
            };
            path: {
                tenant: string;
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description What came of it. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WebhookTest"];
                };
            };
            400: components["responses"]["Refused400"];
            401: components["responses"]["Refused401"];
            403: components["responses"]["Refused403"];
            404: components["responses"]["Refused404"];
            409: components["responses"]["Refused409"];
            422: components["responses"]["Refused422"];
            429: components["responses"]["Refused429"];
            500: components["responses"]["Refused500"];
            503: components["responses"]["Refused503"];
        };
    };
    listDeliveries: {
        parameters: {
            query?: {
                /** @description Items on a page. */
                limit?: number;
                /** @description Where the page begins: `next` of the page before. Opaque. */
                cursor?: string;
            };
            header?: never;
            path: {
                tenant: string;
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of deliveries, newest first. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["Delivery"][];
                        /** @description Cursor of the next page; null on the last. */
                        next: string | null;
                    };
                };
            };
            400: components["responses"]["Refused400"];
            401: components["responses"]["Refused401"];
            403: components["responses"]["Refused403"];
            404: components["responses"]["Refused404"];
            422: components["responses"]["Refused422"];
            429: components["responses"]["Refused429"];
            500: components["responses"]["Refused500"];
            503: components["responses"]["Refused503"];
        };
    };
    resendDelivery: {
        parameters: {
            query?: never;
            header?: {
                /** @description The same key on the same request within a day: answered as before, done once. */
                "Idempotency-Key"?: string;
            };
            path: {
                tenant: string;
                id: string;
                delivery: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It is queued. */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Delivery"];
                };
            };
            400: components["responses"]["Refused400"];
            401: components["responses"]["Refused401"];
            403: components["responses"]["Refused403"];
            404: components["responses"]["Refused404"];
            409: components["responses"]["Refused409"];
            422: components["responses"]["Refused422"];
            429: components["responses"]["Refused429"];
            500: components["responses"]["Refused500"];
            503: components["responses"]["Refused503"];
        };
    };
    listRecipients: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                tenant: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The recipients, by address. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["Recipient"][];
                    };
                };
            };
            400: components["responses"]["Refused400"];
            401: components["responses"]["Refused401"];
            403: components["responses"]["Refused403"];
            404: components["responses"]["Refused404"];
            422: components["responses"]["Refused422"];
            429: components["responses"]["Refused429"];
            500: components["responses"]["Refused500"];
            503: components["responses"]["Refused503"];
        };
    };
    putRecipient: {
        parameters: {
            query?: never;
            header?: {
                /** @description Change it only if its ETag is still this one. */
                "If-Match"?: string;
            };
            path: {
                tenant: string;
                email: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /**
                     * @default fr
                     * @enum {string}
                     */
                    language?: "fr" | "en";
                    /**
                     * @description About what; empty: about all.
                     * @default []
                     */
                    types?: ("sync.completed" | "sync.failed" | "sync.held" | "sync.discarded" | "upload.quarantined" | "upload.expected_missing")[];
                    /**
                     * @description Also the daily digest.
                     * @default false
                     */
                    digest?: boolean;
                };
            };
        };
        responses: {
            /** @description The recipient. */
            200: {
                headers: {
                    /** @description For If-Match and If-None-Match. */
                    etag: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Recipient"];
                };
            };
            400: components["responses"]["Refused400"];
            401: components["responses"]["Refused401"];
            403: components["responses"]["Refused403"];
            404: components["responses"]["Refused404"];
            408: components["responses"]["Refused408"];
            409: components["responses"]["Refused409"];
            412: components["responses"]["Refused412"];
            413: components["responses"]["Refused413"];
            415: components["responses"]["Refused415"];
            422: components["responses"]["Refused422"];
            429: components["responses"]["Refused429"];
            500: components["responses"]["Refused500"];
            503: components["responses"]["Refused503"];
        };
    };
    deleteRecipient: {
        parameters: {
            query?: never;
            header?: {
                /** @description Change it only if its ETag is still this one. */
                "If-Match"?: string;
            };
            path: {
                tenant: string;
                email: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Nothing is sent there any more. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["Refused400"];
            401: components["responses"]["Refused401"];
            403: components["responses"]["Refused403"];
            404: components["responses"]["Refused404"];
            412: components["responses"]["Refused412"];
            422: components["responses"]["Refused422"];
            429: components["responses"]["Refused429"];
            500: components["responses"]["Refused500"];
            503: components["responses"]["Refused503"];
        };
    };
    listPeople: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                tenant: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The people, by address. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["Member"][];
                    };
                };
            };
            400: components["responses"]["Refused400"];
            401: components["responses"]["Refused401"];
            403: components["responses"]["Refused403"];
            404: components["responses"]["Refused404"];
            422: components["responses"]["Refused422"];
            429: components["responses"]["Refused429"];
            500: components["responses"]["Refused500"];
            503: components["responses"]["Refused503"];
        };
    };
    setPerson: {
        parameters: {
            query?: never;
            header?: {
                /** @description The same key on the same request within a day: answered as before, done once. */
                "Idempotency-Key"?: string;
            };
            path: {
                tenant: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @example anna@acme.example */
                    email: string;
                    /**
                     * @description By default the tenant’s.
                     * @enum {string}
                     */
                    language?: "fr" | "en";
                    /**
                     * @description As a key of that scope; each includes those before it.
                     * @enum {string}
                     */
                    role: "read" | "sync" | "manage";
                };
            };
        };
        responses: {
            /** @description The person, and the link, shown only now. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["NewMember"];
                };
            };
            400: components["responses"]["Refused400"];
            401: components["responses"]["Refused401"];
            403: components["responses"]["Refused403"];
            404: components["responses"]["Refused404"];
            408: components["responses"]["Refused408"];
            409: components["responses"]["Refused409"];
            413: components["responses"]["Refused413"];
            415: components["responses"]["Refused415"];
            422: components["responses"]["Refused422"];
            429: components["responses"]["Refused429"];
            500: components["responses"]["Refused500"];
            503: components["responses"]["Refused503"];
        };
    };
    removePerson: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                tenant: string;
                person: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description They are not let in any more. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["Refused400"];
            401: components["responses"]["Refused401"];
            403: components["responses"]["Refused403"];
            404: components["responses"]["Refused404"];
            409: components["responses"]["Refused409"];
            422: components["responses"]["Refused422"];
            429: components["responses"]["Refused429"];
            500: components["responses"]["Refused500"];
            503: components["responses"]["Refused503"];
        };
    };
    makePasswordLink: {
        parameters: {
            query?: never;
            header?: {
                /** @description The same key on the same request within a day: answered as before, done once. */
                "Idempotency-Key"?: string;
            };
            path: {
                person: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The link, shown only now. It takes the place of those before it. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PasswordLink"];
                };
            };
            400: components["responses"]["Refused400"];
            401: components["responses"]["Refused401"];
            403: components["responses"]["Refused403"];
            404: components["responses"]["Refused404"];
            409: components["responses"]["Refused409"];
            422: components["responses"]["Refused422"];
            429: components["responses"]["Refused429"];
            500: components["responses"]["Refused500"];
            503: components["responses"]["Refused503"];
        };
    };
    listOperators: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The operators, by address. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["Person"][];
                    };
                };
            };
            400: components["responses"]["Refused400"];
            401: components["responses"]["Refused401"];
            403: components["responses"]["Refused403"];
            429: components["responses"]["Refused429"];
            500: components["responses"]["Refused500"];
            503: components["responses"]["Refused503"];
        };
    };
    createOperator: {
        parameters: {
            query?: never;
            header?: {
                /** @description The same key on the same request within a day: answered as before, done once. */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @example anna@acme.example */
                    email: string;
                    /**
                     * @description By default the server’s.
                     * @enum {string}
                     */
                    language?: "fr" | "en";
                };
            };
        };
        responses: {
            /** @description The operator, and the link, shown only now. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["NewOperator"];
                };
            };
            400: components["responses"]["Refused400"];
            401: components["responses"]["Refused401"];
            403: components["responses"]["Refused403"];
            408: components["responses"]["Refused408"];
            409: components["responses"]["Refused409"];
            413: components["responses"]["Refused413"];
            415: components["responses"]["Refused415"];
            422: components["responses"]["Refused422"];
            429: components["responses"]["Refused429"];
            500: components["responses"]["Refused500"];
            503: components["responses"]["Refused503"];
        };
    };
    removeOperator: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                person: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description They are gone. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["Refused400"];
            401: components["responses"]["Refused401"];
            403: components["responses"]["Refused403"];
            404: components["responses"]["Refused404"];
            409: components["responses"]["Refused409"];
            422: components["responses"]["Refused422"];
            429: components["responses"]["Refused429"];
            500: components["responses"]["Refused500"];
            503: components["responses"]["Refused503"];
        };
    };
    listAudit: {
        parameters: {
            query?: {
                /** @description Items on a page. */
                limit?: number;
                /** @description Where the page begins: `next` of the page before. Opaque. */
                cursor?: string;
                tenant?: string;
                actor?: string;
                action?: string;
                since?: string;
                /** @description Before this time. */
                until?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of entries, newest first. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["AuditEntry"][];
                        /** @description Cursor of the next page; null on the last. */
                        next: string | null;
                    };
                };
            };
            400: components["responses"]["Refused400"];
            401: components["responses"]["Refused401"];
            403: components["responses"]["Refused403"];
            422: components["responses"]["Refused422"];
            429: components["responses"]["Refused429"];
            500: components["responses"]["Refused500"];
            503: components["responses"]["Refused503"];
        };
    };
    readStatus: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The state of this moment. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Status"];
                };
            };
            400: components["responses"]["Refused400"];
            401: components["responses"]["Refused401"];
            403: components["responses"]["Refused403"];
            429: components["responses"]["Refused429"];
            500: components["responses"]["Refused500"];
            503: components["responses"]["Refused503"];
        };
    };
    readServer: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The state of this moment. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Server"];
                };
            };
            400: components["responses"]["Refused400"];
            401: components["responses"]["Refused401"];
            403: components["responses"]["Refused403"];
            429: components["responses"]["Refused429"];
            500: components["responses"]["Refused500"];
            503: components["responses"]["Refused503"];
        };
    };
    listBans: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Bans, the latest first, at most 1000. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["Ban"][];
                    };
                };
            };
            400: components["responses"]["Refused400"];
            401: components["responses"]["Refused401"];
            403: components["responses"]["Refused403"];
            429: components["responses"]["Refused429"];
            500: components["responses"]["Refused500"];
            503: components["responses"]["Refused503"];
        };
    };
    liftBan: {
        parameters: {
            query?: never;
            header?: {
                /** @description The same key on the same request within a day: answered as before, done once. */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    subject: string;
                };
            };
        };
        responses: {
            /** @description What was lifted. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: {
                            /** @enum {string} */
                            kind: "address" | "username";
                            /**
                             * @description An IPv4 address, an IPv6 /64, or a username.
                             * @example 192.0.2.1
                             */
                            subject: string;
                        }[];
                    };
                };
            };
            400: components["responses"]["Refused400"];
            401: components["responses"]["Refused401"];
            403: components["responses"]["Refused403"];
            404: components["responses"]["Refused404"];
            408: components["responses"]["Refused408"];
            409: components["responses"]["Refused409"];
            413: components["responses"]["Refused413"];
            415: components["responses"]["Refused415"];
            422: components["responses"]["Refused422"];
            429: components["responses"]["Refused429"];
            500: components["responses"]["Refused500"];
            503: components["responses"]["Refused503"];
        };
    };
    listClients: {
        parameters: {
            query?: {
                /** @description Items on a page. */
                limit?: number;
                /** @description Where the page begins: `next` of the page before. Opaque. */
                cursor?: string;
                clientCode?: string;
                company?: string;
                /** @description Inserted or changed by a later sync than this. */
                changedSince?: number | null;
                /** @description Text anywhere in code or name, whatever its case. */
                q?: string;
                active?: "true" | "false";
                /** @description `-`: descending. Reads all rows for each page. */
                sort?: "clientCode" | "-clientCode" | "name" | "-name";
            };
            header?: never;
            path: {
                tenant: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of clients, or all of them. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["Client"][];
                        /** @description Cursor of the next page; null on the last. */
                        next: string | null;
                    };
                    "text/csv": string;
                    "application/x-ndjson": string;
                };
            };
            400: components["responses"]["Refused400"];
            401: components["responses"]["Refused401"];
            403: components["responses"]["Refused403"];
            404: components["responses"]["Refused404"];
            422: components["responses"]["Refused422"];
            429: components["responses"]["Refused429"];
            500: components["responses"]["Refused500"];
            503: components["responses"]["Refused503"];
        };
    };
    listContacts: {
        parameters: {
            query?: {
                /** @description Items on a page. */
                limit?: number;
                /** @description Where the page begins: `next` of the page before. Opaque. */
                cursor?: string;
                clientCode?: string;
                company?: string;
                /** @description Inserted or changed by a later sync than this. */
                changedSince?: number | null;
                /** @description Text anywhere in name or e-mail, whatever its case. */
                q?: string;
                active?: "true" | "false";
                /** @description `-`: descending. Reads all rows for each page. */
                sort?: "clientCode" | "-clientCode" | "lastName" | "-lastName";
            };
            header?: never;
            path: {
                tenant: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of contacts, or all of them. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["Contact"][];
                        /** @description Cursor of the next page; null on the last. */
                        next: string | null;
                    };
                    "text/csv": string;
                    "application/x-ndjson": string;
                };
            };
            400: components["responses"]["Refused400"];
            401: components["responses"]["Refused401"];
            403: components["responses"]["Refused403"];
            404: components["responses"]["Refused404"];
            422: components["responses"]["Refused422"];
            429: components["responses"]["Refused429"];
            500: components["responses"]["Refused500"];
            503: components["responses"]["Refused503"];
        };
    };
    listEcritures: {
        parameters: {
            query?: {
                /** @description Items on a page. */
                limit?: number;
                /** @description Where the page begins: `next` of the page before. Opaque. */
                cursor?: string;
                clientCode?: string;
                company?: string;
                /** @description Inserted or changed by a later sync than this. */
                changedSince?: number | null;
                /** @description Text anywhere in piece number or label, whatever its case. */
                q?: string;
                status?: "open" | "settled" | "settled_presumed";
                entryType?: "invoice" | "credit_note" | "payment" | "draft" | "misc";
                dueBefore?: string;
                dueAfter?: string;
                /** @description Open, and due before today (Europe/Paris). */
                overdue?: "true";
                /** @description `-`: descending. Reads all rows for each page. */
                sort?: "clientCode" | "-clientCode" | "pieceNumber" | "-pieceNumber" | "entryDate" | "-entryDate" | "dueDate" | "-dueDate" | "amount" | "-amount";
            };
            header?: never;
            path: {
                tenant: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of ecritures, or all of them. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["Ecriture"][];
                        /** @description Cursor of the next page; null on the last. */
                        next: string | null;
                    };
                    "text/csv": string;
                    "application/x-ndjson": string;
                };
            };
            400: components["responses"]["Refused400"];
            401: components["responses"]["Refused401"];
            403: components["responses"]["Refused403"];
            404: components["responses"]["Refused404"];
            422: components["responses"]["Refused422"];
            429: components["responses"]["Refused429"];
            500: components["responses"]["Refused500"];
            503: components["responses"]["Refused503"];
        };
    };
    summariseEcritures: {
        parameters: {
            query?: {
                /** @description Items on a page. */
                limit?: number;
                /** @description Where the page begins: `next` of the page before. Opaque. */
                cursor?: string;
                /** @description The day from which ages count: today (Europe/Paris). */
                asOf?: string;
                per?: "tenant" | "client";
                company?: string;
                clientCode?: string;
            };
            header?: never;
            path: {
                tenant: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of lines. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** Format: date */
                        asOf: string;
                        items: components["schemas"]["OpenAmounts"][];
                        next: string | null;
                    };
                };
            };
            400: components["responses"]["Refused400"];
            401: components["responses"]["Refused401"];
            403: components["responses"]["Refused403"];
            404: components["responses"]["Refused404"];
            422: components["responses"]["Refused422"];
            429: components["responses"]["Refused429"];
            500: components["responses"]["Refused500"];
            503: components["responses"]["Refused503"];
        };
    };
    readChanges: {
        parameters: {
            query?: {
                /** @description `next` of the answer before; the number of a sync, to begin behind it; `latest`, to learn where now is. From the very beginning where it is not given. */
                since?: string;
                limit?: number;
            };
            header?: never;
            path: {
                tenant: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The changes behind `since`. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["FeedChange"][];
                        next: string;
                        hasMore: boolean;
                    };
                };
            };
            400: components["responses"]["Refused400"];
            401: components["responses"]["Refused401"];
            403: components["responses"]["Refused403"];
            404: components["responses"]["Refused404"];
            422: components["responses"]["Refused422"];
            429: components["responses"]["Refused429"];
            500: components["responses"]["Refused500"];
            503: components["responses"]["Refused503"];
        };
    };
    listUploads: {
        parameters: {
            query?: {
                /** @description Items on a page. */
                limit?: number;
                /** @description Where the page begins: `next` of the page before. Opaque. */
                cursor?: string;
                state?: "waiting" | "gathered" | "superseded" | "unrecognised" | "quarantined" | "ignored" | "done_file";
            };
            header?: never;
            path: {
                tenant: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of uploads. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["Upload"][];
                        /** @description Cursor of the next page; null on the last. */
                        next: string | null;
                    };
                };
            };
            400: components["responses"]["Refused400"];
            401: components["responses"]["Refused401"];
            403: components["responses"]["Refused403"];
            404: components["responses"]["Refused404"];
            422: components["responses"]["Refused422"];
            429: components["responses"]["Refused429"];
            500: components["responses"]["Refused500"];
            503: components["responses"]["Refused503"];
        };
    };
    readUpload: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                tenant: string;
                /** @description Its id; for PUT the file’s name. */
                upload: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The upload. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Upload"];
                };
            };
            400: components["responses"]["Refused400"];
            401: components["responses"]["Refused401"];
            403: components["responses"]["Refused403"];
            404: components["responses"]["Refused404"];
            422: components["responses"]["Refused422"];
            429: components["responses"]["Refused429"];
            500: components["responses"]["Refused500"];
            503: components["responses"]["Refused503"];
        };
    };
    sendUpload: {
        parameters: {
            query?: never;
            header?: {
                "Content-Digest"?: string;
            };
            path: {
                tenant: string;
                /** @description Its id; for PUT the file’s name. */
                upload: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/octet-stream": string;
            };
        };
        responses: {
            /** @description It is committed. */
            201: {
                headers: {
                    /** @description Of the upload. */
                    location: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Upload"];
                };
            };
            400: components["responses"]["Refused400"];
            401: components["responses"]["Refused401"];
            403: components["responses"]["Refused403"];
            404: components["responses"]["Refused404"];
            408: components["responses"]["Refused408"];
            409: components["responses"]["Refused409"];
            413: components["responses"]["Refused413"];
            415: components["responses"]["Refused415"];
            422: components["responses"]["Refused422"];
            429: components["responses"]["Refused429"];
            500: components["responses"]["Refused500"];
            503: components["responses"]["Refused503"];
            507: components["responses"]["Refused507"];
        };
    };
    readUploadContent: {
        parameters: {
            query?: never;
            header?: {
                /** @description One range (RFC 9110). */
                Range?: string;
            };
            path: {
                tenant: string;
                /** @description Its id; for PUT the file’s name. */
                upload: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The file as it came. */
            200: {
                headers: {
                    /** @description SHA-256 of the file (RFC 9530). */
                    "repr-digest": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/octet-stream": string;
                };
            };
            /** @description The part of it that Range names. */
            206: {
                headers: {
                    /** @description SHA-256 of the file (RFC 9530). */
                    "repr-digest": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/octet-stream": string;
                };
            };
            400: components["responses"]["Refused400"];
            401: components["responses"]["Refused401"];
            403: components["responses"]["Refused403"];
            404: components["responses"]["Refused404"];
            416: components["responses"]["Refused416"];
            422: components["responses"]["Refused422"];
            429: components["responses"]["Refused429"];
            500: components["responses"]["Refused500"];
            503: components["responses"]["Refused503"];
        };
    };
    previewUpload: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                tenant: string;
                upload: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Its first records, as they stand and as they would be stored. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["UploadPreview"];
                };
            };
            400: components["responses"]["Refused400"];
            401: components["responses"]["Refused401"];
            403: components["responses"]["Refused403"];
            404: components["responses"]["Refused404"];
            422: components["responses"]["Refused422"];
            429: components["responses"]["Refused429"];
            500: components["responses"]["Refused500"];
            503: components["responses"]["Refused503"];
        };
    };
    previewUploadUnder: {
        parameters: {
            query?: never;
            header?: {
                /** @description The same key on the same request within a day: answered as before, done once. */
                "Idempotency-Key"?: string;
            };
            path: {
                tenant: string;
                upload: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @enum {string} */
                    dataset: "clients" | "contacts" | "ecritures";
                    mapping: components["schemas"]["MappingInput"];
                };
            };
        };
        responses: {
            /** @description Its first records, as they stand and as they would be stored. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["UploadPreview"];
                };
            };
            400: components["responses"]["Refused400"];
            401: components["responses"]["Refused401"];
            403: components["responses"]["Refused403"];
            404: components["responses"]["Refused404"];
            408: components["responses"]["Refused408"];
            409: components["responses"]["Refused409"];
            413: components["responses"]["Refused413"];
            415: components["responses"]["Refused415"];
            422: components["responses"]["Refused422"];
            429: components["responses"]["Refused429"];
            500: components["responses"]["Refused500"];
            503: components["responses"]["Refused503"];
        };
    };
    listSyncs: {
        parameters: {
            query?: {
                /** @description Items on a page. */
                limit?: number;
                /** @description Where the page begins: `next` of the page before. Opaque. */
                cursor?: string;
                state?: "queued" | "running" | "applied" | "unchanged" | "dry_run" | "held" | "discarded" | "failed";
            };
            header?: never;
            path: {
                tenant: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of syncs. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["Sync"][];
                        /** @description Cursor of the next page; null on the last. */
                        next: string | null;
                    };
                };
            };
            400: components["responses"]["Refused400"];
            401: components["responses"]["Refused401"];
            403: components["responses"]["Refused403"];
            404: components["responses"]["Refused404"];
            422: components["responses"]["Refused422"];
            429: components["responses"]["Refused429"];
            500: components["responses"]["Refused500"];
            503: components["responses"]["Refused503"];
        };
    };
    requestSync: {
        parameters: {
            query?: never;
            header?: {
                /** @description The same key on the same request within a day: answered as before, done once. */
                "Idempotency-Key"?: string;
            };
            path: {
                tenant: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": components["schemas"]["SyncRequest"];
            };
        };
        responses: {
            /** @description One was under way. */
            200: {
                headers: {
                    /** @description Of the sync. */
                    location: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Sync"];
                };
            };
            /** @description It is queued. */
            202: {
                headers: {
                    /** @description Of the sync. */
                    location: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Sync"];
                };
            };
            400: components["responses"]["Refused400"];
            401: components["responses"]["Refused401"];
            403: components["responses"]["Refused403"];
            404: components["responses"]["Refused404"];
            408: components["responses"]["Refused408"];
            409: components["responses"]["Refused409"];
            413: components["responses"]["Refused413"];
            415: components["responses"]["Refused415"];
            422: components["responses"]["Refused422"];
            429: components["responses"]["Refused429"];
            500: components["responses"]["Refused500"];
            503: components["responses"]["Refused503"];
        };
    };
    readSync: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                sync: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The sync. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Sync"];
                };
            };
            400: components["responses"]["Refused400"];
            401: components["responses"]["Refused401"];
            403: components["responses"]["Refused403"];
            404: components["responses"]["Refused404"];
            422: components["responses"]["Refused422"];
            429: components["responses"]["Refused429"];
            500: components["responses"]["Refused500"];
            503: components["responses"]["Refused503"];
        };
    };
    approveSync: {
        parameters: {
            query?: never;
            header?: {
                /** @description The same key on the same request within a day: answered as before, done once. */
                "Idempotency-Key"?: string;
            };
            path: {
                sync: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It is queued. */
            202: {
                headers: {
                    /** @description Of the sync. */
                    location: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Sync"];
                };
            };
            400: components["responses"]["Refused400"];
            401: components["responses"]["Refused401"];
            403: components["responses"]["Refused403"];
            404: components["responses"]["Refused404"];
            409: components["responses"]["Refused409"];
            422: components["responses"]["Refused422"];
            429: components["responses"]["Refused429"];
            500: components["responses"]["Refused500"];
            503: components["responses"]["Refused503"];
        };
    };
    discardSync: {
        parameters: {
            query?: never;
            header?: {
                /** @description The same key on the same request within a day: answered as before, done once. */
                "Idempotency-Key"?: string;
            };
            path: {
                sync: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The sync as it is now. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Sync"];
                };
            };
            400: components["responses"]["Refused400"];
            401: components["responses"]["Refused401"];
            403: components["responses"]["Refused403"];
            404: components["responses"]["Refused404"];
            409: components["responses"]["Refused409"];
            422: components["responses"]["Refused422"];
            429: components["responses"]["Refused429"];
            500: components["responses"]["Refused500"];
            503: components["responses"]["Refused503"];
        };
    };
    replaySync: {
        parameters: {
            query?: never;
            header?: {
                /** @description The same key on the same request within a day: answered as before, done once. */
                "Idempotency-Key"?: string;
            };
            path: {
                sync: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It is queued. */
            202: {
                headers: {
                    /** @description Of the sync. */
                    location: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Sync"];
                };
            };
            400: components["responses"]["Refused400"];
            401: components["responses"]["Refused401"];
            403: components["responses"]["Refused403"];
            404: components["responses"]["Refused404"];
            409: components["responses"]["Refused409"];
            422: components["responses"]["Refused422"];
            429: components["responses"]["Refused429"];
            500: components["responses"]["Refused500"];
            503: components["responses"]["Refused503"];
        };
    };
    revertSync: {
        parameters: {
            query?: never;
            header?: {
                /** @description The same key on the same request within a day: answered as before, done once. */
                "Idempotency-Key"?: string;
            };
            path: {
                sync: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It is queued. */
            202: {
                headers: {
                    /** @description Of the sync. */
                    location: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Sync"];
                };
            };
            400: components["responses"]["Refused400"];
            401: components["responses"]["Refused401"];
            403: components["responses"]["Refused403"];
            404: components["responses"]["Refused404"];
            409: components["responses"]["Refused409"];
            422: components["responses"]["Refused422"];
            429: components["responses"]["Refused429"];
            500: components["responses"]["Refused500"];
            503: components["responses"]["Refused503"];
        };
    };
    readSyncReport: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                sync: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The report. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SyncReport"];
                    "text/plain": string;
                };
            };
            400: components["responses"]["Refused400"];
            401: components["responses"]["Refused401"];
            403: components["responses"]["Refused403"];
            404: components["responses"]["Refused404"];
            422: components["responses"]["Refused422"];
            429: components["responses"]["Refused429"];
            500: components["responses"]["Refused500"];
            503: components["responses"]["Refused503"];
        };
    };
    listRejections: {
        parameters: {
            query?: {
                /** @description Items on a page. */
                limit?: number;
                /** @description Where the page begins: `next` of the page before. Opaque. */
                cursor?: string;
            };
            header?: never;
            path: {
                sync: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of rejections, or all of them. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["Rejection"][];
                        /** @description Cursor of the next page; null on the last. */
                        next: string | null;
                    };
                    "text/csv": string;
                    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": string;
                };
            };
            400: components["responses"]["Refused400"];
            401: components["responses"]["Refused401"];
            403: components["responses"]["Refused403"];
            404: components["responses"]["Refused404"];
            422: components["responses"]["Refused422"];
            429: components["responses"]["Refused429"];
            500: components["responses"]["Refused500"];
            503: components["responses"]["Refused503"];
        };
    };
    listSyncChanges: {
        parameters: {
            query?: {
                /** @description Items on a page. */
                limit?: number;
                /** @description Where the page begins: `next` of the page before. Opaque. */
                cursor?: string;
            };
            header?: never;
            path: {
                sync: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of changes, by dataset and key. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["FeedChange"][];
                        /** @description Cursor of the next page; null on the last. */
                        next: string | null;
                    };
                };
            };
            400: components["responses"]["Refused400"];
            401: components["responses"]["Refused401"];
            403: components["responses"]["Refused403"];
            404: components["responses"]["Refused404"];
            422: components["responses"]["Refused422"];
            429: components["responses"]["Refused429"];
            500: components["responses"]["Refused500"];
            503: components["responses"]["Refused503"];
        };
    };
    followEvents: {
        parameters: {
            query?: never;
            header?: {
                /** @description Goes on behind this event. */
                "Last-Event-ID"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The events. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/event-stream": string;
                };
            };
            400: components["responses"]["Refused400"];
            401: components["responses"]["Refused401"];
            403: components["responses"]["Refused403"];
            422: components["responses"]["Refused422"];
            429: components["responses"]["Refused429"];
            500: components["responses"]["Refused500"];
            503: components["responses"]["Refused503"];
        };
    };
    followSync: {
        parameters: {
            query?: never;
            header?: {
                /** @description Goes on behind this event. */
                "Last-Event-ID"?: string;
            };
            path: {
                sync: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The events. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/event-stream": string;
                };
            };
            /** @description The sync is finished, and nothing is behind Last-Event-ID. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["Refused400"];
            401: components["responses"]["Refused401"];
            403: components["responses"]["Refused403"];
            404: components["responses"]["Refused404"];
            422: components["responses"]["Refused422"];
            429: components["responses"]["Refused429"];
            500: components["responses"]["Refused500"];
            503: components["responses"]["Refused503"];
        };
    };
}
