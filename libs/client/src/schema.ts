export interface paths {
    "/asyncapi.json": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Get the description of the bus */
        get: operations["docsAsyncApi"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/docs": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Read the description as a page */
        get: operations["docsPage"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/docs/{asset}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Get a part of the page */
        get: operations["docsAsset"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/health/live": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Ask whether it runs */
        get: operations["healthLive"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/health/ready": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Ask whether it does its work */
        get: operations["healthReady"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/metrics": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get the metrics
         * @description In the text format of Prometheus. For operator keys, unless the instance shows them to everybody.
         *
         *     Needs the scope `admin`.
         */
        get: operations["metricsMetrics"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/openapi.json": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Get the description of the API */
        get: operations["docsOpenApi"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/accounts": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List accounts
         * @description Needs the scope `read`.
         */
        get: operations["accountsList"];
        put?: never;
        /**
         * Make an account
         * @description For operator keys.
         *
         *     Needs the scope `admin`.
         */
        post: operations["accountsMake"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/accounts/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get an account
         * @description Needs the scope `read`.
         */
        get: operations["accountsGet"];
        put?: never;
        post?: never;
        /**
         * Delete an account
         * @description For operator keys. 409 while it has spaces; its keys, webhooks and transports go with it.
         *
         *     Needs the scope `admin`.
         */
        delete: operations["accountsRemove"];
        options?: never;
        head?: never;
        /**
         * Rename an account
         * @description Needs the scope `admin`.
         */
        patch: operations["accountsChange"];
        trace?: never;
    };
    "/v1/api-keys": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List API keys
         * @description Needs the scope `admin`.
         */
        get: operations["keysList"];
        put?: never;
        /**
         * Make an API key
         * @description Needs the scope `admin`.
         */
        post: operations["keysMake"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/api-keys/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get an API key
         * @description Needs the scope `admin`.
         */
        get: operations["keysGet"];
        put?: never;
        post?: never;
        /**
         * Delete an API key
         * @description It is refused at once.
         *
         *     Needs the scope `admin`.
         */
        delete: operations["keysRemove"];
        options?: never;
        head?: never;
        /**
         * Change an API key
         * @description Needs the scope `admin`.
         */
        patch: operations["keysChange"];
        trace?: never;
    };
    "/v1/api-keys/{id}/rotate": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Give a second key in place of one
         * @description The new one can do the same; the old one ends after the grace time.
         *
         *     Needs the scope `admin`.
         */
        post: operations["keysRotate"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/dev/outbox": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List mail that would have left
         * @description Needs the scope `read`.
         */
        get: operations["devOutboxList"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/dev/outbox/{n}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Read one of them
         * @description Needs the scope `read`.
         */
        get: operations["devOutboxRead"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/dev/outbox/{n}/raw": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Read one of them octet for octet
         * @description Needs the scope `read`.
         */
        get: operations["devOutboxRaw"];
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
         * Follow events
         * @description A stream of server-sent events for as long as the caller listens, or with `Accept: application/json` a list of what there is. Each event comes once its effects can be read. `id` goes on from there after any cut, however long ago.
         *
         *     Needs the scope `read`.
         */
        get: operations["eventsEvents"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/events/{position}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get an event
         * @description By its `position`, as webhooks and other events name it. `id` is that position too, and no place to go on from.
         *
         *     Needs the scope `read`.
         */
        get: operations["eventsOne"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/inboxes": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List inboxes
         * @description Needs the scope `read`.
         */
        get: operations["inboxesList"];
        put?: never;
        /**
         * Make an inbox
         * @description Needs the scope `admin`.
         */
        post: operations["inboxesMake"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/inboxes/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get an inbox
         * @description Needs the scope `read`.
         */
        get: operations["inboxesGet"];
        put?: never;
        post?: never;
        /**
         * Delete an inbox
         * @description It gets no more mail and its names are free again; its mail stays, for keys of the space or the whole account.
         *
         *     Needs the scope `admin`.
         */
        delete: operations["inboxesRemove"];
        options?: never;
        head?: never;
        /**
         * Change an inbox
         * @description Needs the scope `admin`.
         */
        patch: operations["inboxesChange"];
        trace?: never;
    };
    "/v1/inboxes/{id}/mail": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Take in a raw mail
         * @description The answer comes when the mail is on disk; which thread it belongs to is decided after that.
         *
         *     Needs the scope `write`.
         */
        post: operations["mailPost"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/inboxes/{id}/send": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Send a mail
         * @description A mail of its own, or with thread_id the answer to a thread. With an Idempotency-Key the same request gets the same answer for a day.
         *
         *     Needs the scope `send`.
         */
        post: operations["composingSend"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/inboxes/{id}/send/plan": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * See what a mail would be
         * @description Recipients, subject, headers, envelope and transport, each with its reason, and warnings. Sends and stores nothing.
         *
         *     Needs the scope `send`.
         */
        post: operations["composingPlanSend"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/inboxes/{inbox}/threads": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List threads of an inbox
         * @description Newest first. search is a part of a subject, name or address; q is full text (words, phrases in quotes, or, -not), each thread with its rank; domain is a whole domain. What is given has to hold all together.
         *
         *     Needs the scope `read`.
         */
        get: operations["threadsListOfInbox"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/me": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Whose key this is, and what it may do
         * @description Needs the scope `read`.
         */
        get: operations["meMe"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/messages/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get a message
         * @description Needs the scope `read`.
         */
        get: operations["messagesGet"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/messages/{id}/accept": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Accept a thread for a message
         * @description The message belongs where it was suggested, or claims, to belong.
         *
         *     Needs the scope `write`.
         */
        post: operations["correctionsAccept"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/messages/{id}/attachments/{n}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * An attachment
         * @description Needs the scope `read`.
         */
        get: operations["messagesAttachment"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/messages/{id}/cancel": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Call a mail back
         * @description As long as no attempt is under way.
         *
         *     Needs the scope `send`.
         */
        post: operations["outboxCancel"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/messages/{id}/diagnosis": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * What keeps a message in its thread, and what of it is broken
         * @description Needs the scope `read`.
         */
        get: operations["messagesDiagnosis"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/messages/{id}/explain": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Why a message is where it is
         * @description Needs the scope `read`.
         */
        get: operations["messagesExplain"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/messages/{id}/forward": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Forward a message
         * @description Below the words with its files, or whole as a file. With an Idempotency-Key the same request gets the same answer for a day.
         *
         *     Needs the scope `send`.
         */
        post: operations["composingForward"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/messages/{id}/forward/plan": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * See what a forward would be
         * @description Recipients, subject, headers, envelope and transport, each with its reason, and warnings. Sends and stores nothing.
         *
         *     Needs the scope `send`.
         */
        post: operations["composingPlanForward"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/messages/{id}/move": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Move a message
         * @description The message belongs to another thread of its space.
         *
         *     Needs the scope `write`.
         */
        post: operations["correctionsMove"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/messages/{id}/raw": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The mail as it came
         * @description Needs the scope `read`.
         */
        get: operations["messagesRaw"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/messages/{id}/refuse": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Refuse a thread for a message
         * @description The message does not belong there, whatever else may say so.
         *
         *     Needs the scope `write`.
         */
        post: operations["correctionsRefuse"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/messages/{id}/reply": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Reply to a message
         * @description Answers its sender, or whom he addressed where the inbox was only copied. With an Idempotency-Key the same request gets the same answer for a day.
         *
         *     Needs the scope `send`.
         */
        post: operations["composingReply"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/messages/{id}/reply-all": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Reply to everybody
         * @description Answers all people of the message but our own addresses. With an Idempotency-Key the same request gets the same answer for a day.
         *
         *     Needs the scope `send`.
         */
        post: operations["composingReplyAll"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/messages/{id}/reply-all/plan": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * See what a reply to everybody would be
         * @description Recipients, subject, headers, envelope and transport, each with its reason, and warnings. Sends and stores nothing.
         *
         *     Needs the scope `send`.
         */
        post: operations["composingPlanReplyAll"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/messages/{id}/reply/plan": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * See what a reply to a message would be
         * @description Recipients, subject, headers, envelope and transport, each with its reason, and warnings. Sends and stores nothing.
         *
         *     Needs the scope `send`.
         */
        post: operations["composingPlanReply"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/messages/{id}/resend": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Send a mail again
         * @description Under the same Message-ID: one that failed, or whose outcome is unknown.
         *
         *     Needs the scope `send`.
         */
        post: operations["outboxResend"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/messages/{id}/settle": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Say what became of a mail
         * @description For one whose outcome is unknown, after somebody found out.
         *
         *     Needs the scope `send`.
         */
        post: operations["outboxSettle"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/outbox": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List mail that leaves
         * @description Newest first; state=unknown lists the mails that a person has to decide about.
         *
         *     Needs the scope `read`.
         */
        get: operations["outboxList"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/quarantine": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List mail in quarantine
         * @description Mail that claims to belong to a thread, and does not show that it may. Accept or refuse each by its message.
         *
         *     Needs the scope `read`.
         */
        get: operations["offersQuarantine"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/simulate": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * How mail clients will group messages
         * @description Needs the scope `read`.
         */
        post: operations["simulateSimulate"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/spaces": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List spaces
         * @description Needs the scope `read`.
         */
        get: operations["spacesList"];
        put?: never;
        /**
         * Make a space
         * @description Needs the scope `admin`.
         */
        post: operations["spacesMake"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/spaces/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get a space
         * @description Needs the scope `read`.
         */
        get: operations["spacesGet"];
        put?: never;
        post?: never;
        /**
         * Delete a space
         * @description 409 while it has inboxes. Its mail stays, for keys of the whole account.
         *
         *     Needs the scope `admin`.
         */
        delete: operations["spacesRemove"];
        options?: never;
        head?: never;
        /**
         * Change a space
         * @description Needs the scope `admin`.
         */
        patch: operations["spacesChange"];
        trace?: never;
    };
    "/v1/suggestions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List suggestions
         * @description Mail that may belong to another thread by its subject. Accept or refuse each by its message.
         *
         *     Needs the scope `read`.
         */
        get: operations["offersSuggestions"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/threads": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List threads
         * @description Newest first. search is a part of a subject, name or address; q is full text (words, phrases in quotes, or, -not), each thread with its rank; domain is a whole domain. What is given has to hold all together.
         *
         *     Needs the scope `read`.
         */
        get: operations["threadsList"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/threads/count": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Count threads
         * @description Needs the scope `read`.
         */
        get: operations["threadsCount"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/threads/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get a thread
         * @description By any id that it ever had. Its ETag is its version; with If-None-Match it is answered 304 while nothing has changed. With as_of, the thread as it was then: another answer, which has as_of itself.
         *
         *     Needs the scope `read`.
         */
        get: operations["threadsGet"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        /**
         * Change a thread
         * @description Read or unread, labels, a claim for so many seconds (409 claimed while another runs) or null to give it back, handled or not.
         *
         *     Needs the scope `write`.
         */
        patch: operations["threadsPatch"];
        trace?: never;
    };
    "/v1/threads/{id}/history": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List what was decided about a thread
         * @description Oldest first, by any id that the thread ever had, merges and all: what, why, and by which mail or by whom. What people read, claimed, labelled and sent is not in it.
         *
         *     Needs the scope `read`.
         */
        get: operations["historyHistory"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/threads/{id}/merge": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Merge threads
         * @description These threads and the one of the path are one conversation; the one that started first survives.
         *
         *     Needs the scope `write`.
         */
        post: operations["correctionsMerge"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/threads/{id}/messages": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List messages of a thread
         * @description In reading order.
         *
         *     Needs the scope `read`.
         */
        get: operations["threadsMessages"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/threads/{id}/reply": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Reply to a thread
         * @description Answers the last message on the main branch. With an Idempotency-Key the same request gets the same answer for a day.
         *
         *     Needs the scope `send`.
         */
        post: operations["composingReplyToThread"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/threads/{id}/reply/plan": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * See what a reply to a thread would be
         * @description Recipients, subject, headers, envelope and transport, each with its reason, and warnings. Sends and stores nothing.
         *
         *     Needs the scope `send`.
         */
        post: operations["composingPlanThreadReply"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/threads/{id}/split": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Split a thread
         * @description These messages go on in a thread of their own.
         *
         *     Needs the scope `write`.
         */
        post: operations["correctionsSplit"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/threads/{id}/undo": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Undo a merge
         * @description The thread of the path, which was merged into another, goes on by itself again.
         *
         *     Needs the scope `write`.
         */
        post: operations["correctionsUndo"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/transports": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List transports
         * @description Needs the scope `admin`.
         */
        get: operations["transportsList"];
        put?: never;
        /**
         * Make a transport
         * @description Needs the scope `admin`.
         */
        post: operations["transportsMake"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/transports/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get a transport
         * @description Needs the scope `admin`.
         */
        get: operations["transportsGet"];
        put?: never;
        post?: never;
        /**
         * Delete a transport
         * @description 409 while an inbox sends by it.
         *
         *     Needs the scope `admin`.
         */
        delete: operations["transportsRemove"];
        options?: never;
        head?: never;
        /**
         * Change a transport
         * @description Needs the scope `admin`.
         */
        patch: operations["transportsChange"];
        trace?: never;
    };
    "/v1/webhooks": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List webhooks
         * @description Needs the scope `admin`.
         */
        get: operations["webhooksList"];
        put?: never;
        /**
         * Make a webhook
         * @description Needs the scope `admin`.
         */
        post: operations["webhooksMake"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/webhooks/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get a webhook
         * @description Needs the scope `admin`.
         */
        get: operations["webhooksGet"];
        put?: never;
        post?: never;
        /**
         * Delete a webhook
         * @description Nothing more is sent to it.
         *
         *     Needs the scope `admin`.
         */
        delete: operations["webhooksRemove"];
        options?: never;
        head?: never;
        /**
         * Change a webhook
         * @description Needs the scope `admin`.
         */
        patch: operations["webhooksChange"];
        trace?: never;
    };
    "/v1/webhooks/{id}/attempts": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List what was tried with a webhook
         * @description Newest first, of the last 30 days.
         *
         *     Needs the scope `admin`.
         */
        get: operations["webhooksAttempts"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/webhooks/{id}/replay": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Send events to a webhook again
         * @description One event or a range, each under the id that it had, with fresh signatures, and tried like a new one.
         *
         *     Needs the scope `admin`.
         */
        post: operations["webhooksReplay"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/webhooks/{id}/rotate": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Give a webhook a new secret
         * @description Both sign until the next rotation, unless the old one is not kept.
         *
         *     Needs the scope `admin`.
         */
        post: operations["webhooksRotate"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/webhooks/{id}/test": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Send a test event to a webhook
         * @description Once, also where it is switched off; answers what came back.
         *
         *     Needs the scope `admin`.
         */
        post: operations["webhooksTest"];
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
        Attachment: {
            filename?: string;
            content_type?: string;
            inline?: boolean;
            content_id?: string;
            content: string;
        };
        Delivery: {
            /** @enum {string} */
            status: "queued" | "sending" | "sent" | "deferred" | "failed" | "unknown" | "bounced" | "cancelled";
            attempt: number;
            from: string;
            to: string[];
            send_at: string | null;
            next_try_at: string | null;
            /** @enum {string} */
            on_unknown: "hold" | "retry";
            automatic: boolean;
            reason: string | null;
            response: string | null;
            refused: {
                address: string;
                response: string;
            }[];
            bounces: {
                by: string;
                status: string | null;
                recipients: string[];
                /** Format: date-time */
                at: string;
            }[];
            /** Format: date-time */
            queued_at: string;
            /** Format: date-time */
            updated_at: string;
            sent_at: string | null;
        };
        Event: {
            /** @description The place after this event: what `Last-Event-ID` and `after` take */
            id: string;
            /** @description `<partition>:<sequence>` of the event itself; orders the events of a space */
            position: string;
            /** @description Given to a read, it shows what this event did */
            wait_for: string;
            /** @description Unique in the instance, and the same after every replay */
            event_id: string;
            /** Format: date-time */
            time: string;
            space: string;
            thread_id: string;
            message_id: string | null;
            /** @description Where the event is about one inbox */
            inbox: string | null;
            /** @enum {string} */
            type: "ThreadStarted" | "MessageThreaded" | "MessageDelivered" | "ThreadsMerged" | "ThreadSplit" | "MergeUndone" | "MessageMoved" | "JoinAccepted" | "JoinRefused" | "WireIdLearned" | "MessageErased" | "RulesApplied" | "MessageRekeyed" | "MentionsReplaced" | "SubjectChanged" | "JoinSuggested" | "JoinQuarantined" | "MessageIdCollided" | "AnchorDemoted" | "ThreadRead" | "ThreadUnread" | "ThreadClaimed" | "ThreadReleased" | "ThreadHandled" | "ThreadReopened" | "ThreadLabelled" | "MessageQueued" | "SendStarted" | "MessageSent" | "SendDeferred" | "SendFailed" | "SendUnknown" | "SendCancelled" | "SendRetried" | "SendSettled" | "MessageBounced";
            /** @description What it says, by its type: see the page on events */
            data: {
                [key: string]: unknown;
            };
        };
        Forward: {
            to?: components["schemas"]["Mailbox"][] | components["schemas"]["Mailbox"];
            cc?: components["schemas"]["Mailbox"][] | components["schemas"]["Mailbox"];
            bcc?: components["schemas"]["Mailbox"][] | components["schemas"]["Mailbox"];
            reply_to?: components["schemas"]["Mailbox"];
            subject?: string;
            text?: string;
            html?: string;
            attachments?: components["schemas"]["Attachment"][];
            message_id?: string;
            in_reply_to?: string;
            references?: string[];
            /** @default {} */
            headers?: {
                [key: string]: string;
            };
            /** Format: date-time */
            send_at?: string;
            /** @default false */
            auto_submitted?: boolean;
            /**
             * @default hold
             * @enum {string}
             */
            on_unknown?: "hold" | "retry";
            inbox?: string;
            /** @default false */
            as_attachment?: boolean;
        };
        Mail: {
            to?: components["schemas"]["Mailbox"][] | components["schemas"]["Mailbox"];
            cc?: components["schemas"]["Mailbox"][] | components["schemas"]["Mailbox"];
            bcc?: components["schemas"]["Mailbox"][] | components["schemas"]["Mailbox"];
            reply_to?: components["schemas"]["Mailbox"];
            subject?: string;
            text?: string;
            html?: string;
            attachments?: components["schemas"]["Attachment"][];
            message_id?: string;
            in_reply_to?: string;
            references?: string[];
            /** @default {} */
            headers?: {
                [key: string]: string;
            };
            /** Format: date-time */
            send_at?: string;
            /** @default false */
            auto_submitted?: boolean;
            /**
             * @default hold
             * @enum {string}
             */
            on_unknown?: "hold" | "retry";
            thread_id?: string;
            include_quote?: boolean;
        };
        MailPlan: {
            inbox: {
                id: string;
                address: string;
            };
            thread_id: string | null;
            answers: string | null;
            from: {
                name: string;
                address: string;
            };
            to: {
                name: string;
                address: string;
            }[];
            cc: {
                name: string;
                address: string;
            }[];
            bcc: {
                name: string;
                address: string;
            }[];
            recipients: {
                address: string;
                field: string;
                reason: string;
            }[];
            subject: {
                value: string;
                reason: string;
            };
            headers: {
                name: string;
                value: string;
                reason: string;
            }[];
            envelope: {
                from: string;
                to: string[];
            };
            transport: {
                id: string;
                by: string;
                reason: string;
            } | null;
            size: number;
            text: string;
            notes: {
                code: string;
                detail: string;
            }[];
            warnings: {
                code: string;
                detail: string;
            }[];
        };
        MailQueued: {
            message_id: string;
            message_id_header: string;
            thread_id: string | null;
            sequence: string;
            /** @constant */
            status: "queued";
            to: {
                name: string;
                address: string;
            }[];
            cc: {
                name: string;
                address: string;
            }[];
            bcc: {
                name: string;
                address: string;
            }[];
            notes: {
                code: string;
                detail: string;
            }[];
        };
        Mailbox: string | {
            name?: string;
            address: string;
        };
        Message: {
            id: string;
            thread_id: string;
            thread_position: number;
            space: string;
            /** @enum {string} */
            direction: "in" | "out";
            /** @enum {string} */
            kind: "bounce" | "receipt" | "auto-reply" | "calendar" | "list" | "normal";
            is_forward: boolean;
            is_erased: boolean;
            message_id: string;
            in_reply_to: string[];
            references: string[];
            parent_id: string | null;
            parent_message_id: string | null;
            subject: string;
            from_addr: string | null;
            from: {
                name: string;
                address: string;
            }[];
            reply_to: {
                name: string;
                address: string;
            }[];
            to_addr: string | null;
            header_to: {
                name: string;
                address: string;
            }[];
            cc: {
                name: string;
                address: string;
            }[];
            delivery_role: ("to" | "cc" | "bcc" | "list") | null;
            deliveries: {
                inbox: string;
                /** @enum {string} */
                role: "to" | "cc" | "bcc" | "list";
                is_read: boolean;
                /** Format: date-time */
                received_at: string;
            }[];
            copies: {
                id: string;
                inbox: string;
                message_id: string;
                /** Format: date-time */
                received_at: string;
            }[];
            is_read: boolean;
            /** Format: date-time */
            sent_at: string;
            /** Format: date-time */
            received_at: string;
            snippet: string;
            size: number;
            list_id: string | null;
            thread_index: string | null;
            text: string | null;
            new_text: string | null;
            html: string | null;
            attachments: {
                n: number;
                filename: string | null;
                content_type: string;
                size: number;
                content_id: string | null;
                inline: boolean;
                url: string;
            }[];
            authentication: {
                dmarc: string | null;
                spf: string | null;
                dkim: string | null;
            } | null;
            problems: string[];
            rule: string;
            /** @enum {string} */
            confidence: "certain" | "high" | "low";
            delivery: components["schemas"]["Delivery"] | null;
        };
        Problem: {
            /**
             * @description Names the kind of problem for programs, and never changes
             * @example urn:skein:problem:invalid-request
             */
            type: string;
            title: string;
            status: number;
            /** @description What was wrong with this request, in words */
            detail: string;
            /** @description The parameter, header or body member at fault */
            field?: string;
            /** @description What to send instead */
            fix?: string;
            errors?: {
                field: string;
                detail: string;
                fix: string;
            }[];
            /** @description Names the request, as X-Request-Id does */
            instance: string;
        } & {
            [key: string]: unknown;
        };
        Recorded: {
            partition: number;
            sequence: number;
            wait_for: string;
            events: {
                type: string;
                thread: string;
            }[];
        };
        Reply: {
            to?: components["schemas"]["Mailbox"][] | components["schemas"]["Mailbox"];
            cc?: components["schemas"]["Mailbox"][] | components["schemas"]["Mailbox"];
            bcc?: components["schemas"]["Mailbox"][] | components["schemas"]["Mailbox"];
            reply_to?: components["schemas"]["Mailbox"];
            subject?: string;
            text?: string;
            html?: string;
            attachments?: components["schemas"]["Attachment"][];
            message_id?: string;
            in_reply_to?: string;
            references?: string[];
            /** @default {} */
            headers?: {
                [key: string]: string;
            };
            /** Format: date-time */
            send_at?: string;
            /** @default false */
            auto_submitted?: boolean;
            /**
             * @default hold
             * @enum {string}
             */
            on_unknown?: "hold" | "retry";
            /** @default true */
            include_quote?: boolean;
            inbox?: string;
        };
    };
    responses: {
        /** @description Any other problem */
        Problem: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description Bad Request */
        Problem400: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description Unauthorized */
        Problem401: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description Forbidden */
        Problem403: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description Not Found */
        Problem404: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description Conflict */
        Problem409: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description Too Many Requests */
        Problem429: {
            headers: {
                "Retry-After": components["headers"]["RetryAfter"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
    };
    parameters: {
        /** @description The same key with the same request gets the same answer for a day, and does nothing twice */
        IdempotencyKey: string;
    };
    requestBodies: never;
    headers: {
        /** @description Names the request, in our log too */
        RequestId: string;
        /** @description The version, for `If-Match` and `up_to` */
        ETag: string;
        /** @description How many requests a key has in what time */
        RateLimitPolicy: string;
        /** @description How many of them are left, and seconds until there are more */
        RateLimit: string;
        /** @description Seconds to wait */
        RetryAfter: number;
    };
    pathItems: never;
}
export type $defs = Record<string, never>;
export interface operations {
    docsAsyncApi: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        [key: string]: unknown;
                    };
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    docsPage: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "text/html": string;
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    docsAsset: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                asset: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "*/*": string;
                };
            };
            404: components["responses"]["Problem404"];
            default: components["responses"]["Problem"];
        };
    };
    healthLive: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @constant */
                        state: "green";
                    };
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    healthReady: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @enum {string} */
                        state: "green" | "yellow" | "red";
                        checks: {
                            [key: string]: {
                                /** @enum {string} */
                                state: "green" | "yellow" | "red";
                                detail: string;
                            };
                        };
                    };
                };
            };
            /** @description Service Unavailable */
            503: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @enum {string} */
                        state: "green" | "yellow" | "red";
                        checks: {
                            [key: string]: {
                                /** @enum {string} */
                                state: "green" | "yellow" | "red";
                                detail: string;
                            };
                        };
                    };
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    metricsMetrics: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    RateLimit: components["headers"]["RateLimit"];
                    [name: string]: unknown;
                };
                content: {
                    "text/plain": string;
                };
            };
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            429: components["responses"]["Problem429"];
            default: components["responses"]["Problem"];
        };
    };
    docsOpenApi: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        [key: string]: unknown;
                    };
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    accountsList: {
        parameters: {
            query?: {
                limit?: number;
                cursor?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    RateLimit: components["headers"]["RateLimit"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        accounts: {
                            id: string;
                            name: string;
                        }[];
                        /** @description What `cursor` takes for the next page; null on the last one. */
                        next_cursor: string | null;
                    };
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            429: components["responses"]["Problem429"];
            default: components["responses"]["Problem"];
        };
    };
    accountsMake: {
        parameters: {
            query?: never;
            header?: {
                /** @description The same key with the same request gets the same answer for a day, and does nothing twice */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
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
            /** @description Created */
            201: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    RateLimit: components["headers"]["RateLimit"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        id: string;
                        name: string;
                    };
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            409: components["responses"]["Problem409"];
            429: components["responses"]["Problem429"];
            default: components["responses"]["Problem"];
        };
    };
    accountsGet: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    RateLimit: components["headers"]["RateLimit"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        id: string;
                        name: string;
                    };
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            429: components["responses"]["Problem429"];
            default: components["responses"]["Problem"];
        };
    };
    accountsRemove: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description No Content */
            204: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    RateLimit: components["headers"]["RateLimit"];
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            429: components["responses"]["Problem429"];
            default: components["responses"]["Problem"];
        };
    };
    accountsChange: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
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
            /** @description OK */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    RateLimit: components["headers"]["RateLimit"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        id: string;
                        name: string;
                    };
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            409: components["responses"]["Problem409"];
            429: components["responses"]["Problem429"];
            default: components["responses"]["Problem"];
        };
    };
    keysList: {
        parameters: {
            query?: {
                limit?: number;
                cursor?: string;
                account?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    RateLimit: components["headers"]["RateLimit"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        api_keys: {
                            id: string;
                            account: string;
                            name: string;
                            scopes: string[];
                            spaces: string[] | null;
                            inboxes: string[] | null;
                            instance: boolean;
                            created_at: string;
                            expires_at: string | null;
                            last_used_at: string | null;
                        }[];
                        /** @description What `cursor` takes for the next page; null on the last one. */
                        next_cursor: string | null;
                    };
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            429: components["responses"]["Problem429"];
            default: components["responses"]["Problem"];
        };
    };
    keysMake: {
        parameters: {
            query?: never;
            header?: {
                /** @description The same key with the same request gets the same answer for a day, and does nothing twice */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    name: string;
                    /**
                     * @default [
                     *       "read",
                     *       "write",
                     *       "send"
                     *     ]
                     */
                    scopes?: ("read" | "write" | "send" | "admin")[];
                    /** @default null */
                    spaces?: string[] | null;
                    /** @default null */
                    inboxes?: string[] | null;
                    expires_at?: string | null;
                    /**
                     * @description An operator key: it makes accounts and gives each its keys.
                     * @default false
                     */
                    instance?: boolean;
                    /** @description Another account than the key's own; for operator keys. */
                    account?: string;
                };
            };
        };
        responses: {
            /** @description Created */
            201: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    RateLimit: components["headers"]["RateLimit"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        id: string;
                        account: string;
                        name: string;
                        scopes: string[];
                        spaces: string[] | null;
                        inboxes: string[] | null;
                        instance: boolean;
                        created_at: string;
                        expires_at: string | null;
                        last_used_at: string | null;
                        /** @description The key itself: shown now, and never again. */
                        key: string;
                    };
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            409: components["responses"]["Problem409"];
            429: components["responses"]["Problem429"];
            default: components["responses"]["Problem"];
        };
    };
    keysGet: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    RateLimit: components["headers"]["RateLimit"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        id: string;
                        account: string;
                        name: string;
                        scopes: string[];
                        spaces: string[] | null;
                        inboxes: string[] | null;
                        instance: boolean;
                        created_at: string;
                        expires_at: string | null;
                        last_used_at: string | null;
                    };
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            429: components["responses"]["Problem429"];
            default: components["responses"]["Problem"];
        };
    };
    keysRemove: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description No Content */
            204: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    RateLimit: components["headers"]["RateLimit"];
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            429: components["responses"]["Problem429"];
            default: components["responses"]["Problem"];
        };
    };
    keysChange: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    name?: string;
                    expires_at?: string | null;
                };
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    RateLimit: components["headers"]["RateLimit"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        id: string;
                        account: string;
                        name: string;
                        scopes: string[];
                        spaces: string[] | null;
                        inboxes: string[] | null;
                        instance: boolean;
                        created_at: string;
                        expires_at: string | null;
                        last_used_at: string | null;
                    };
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            409: components["responses"]["Problem409"];
            429: components["responses"]["Problem429"];
            default: components["responses"]["Problem"];
        };
    };
    keysRotate: {
        parameters: {
            query?: never;
            header?: {
                /** @description The same key with the same request gets the same answer for a day, and does nothing twice */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /**
                     * @description How long the old key is still good.
                     * @default 86400
                     */
                    grace_seconds?: number;
                };
            };
        };
        responses: {
            /** @description Created */
            201: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    RateLimit: components["headers"]["RateLimit"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        id: string;
                        account: string;
                        name: string;
                        scopes: string[];
                        spaces: string[] | null;
                        inboxes: string[] | null;
                        instance: boolean;
                        created_at: string;
                        expires_at: string | null;
                        last_used_at: string | null;
                        /** @description The key itself: shown now, and never again. */
                        key: string;
                    };
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            409: components["responses"]["Problem409"];
            429: components["responses"]["Problem429"];
            default: components["responses"]["Problem"];
        };
    };
    devOutboxList: {
        parameters: {
            query?: {
                limit?: number;
                cursor?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    RateLimit: components["headers"]["RateLimit"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        messages: {
                            id: number;
                            from: string;
                            to: string[];
                            subject: string;
                            size: number;
                            /** Format: date-time */
                            received_at: string;
                        }[];
                        next_cursor: string | null;
                    };
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            429: components["responses"]["Problem429"];
            default: components["responses"]["Problem"];
        };
    };
    devOutboxRead: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                n: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    RateLimit: components["headers"]["RateLimit"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        id: number;
                        from: string;
                        to: string[];
                        subject: string;
                        size: number;
                        /** Format: date-time */
                        received_at: string;
                        headers: {
                            name: string;
                            value: string;
                        }[];
                        text: string;
                        html: string | null;
                        attachments: {
                            filename: string | null;
                            content_type: string;
                            size: number;
                        }[];
                        raw: string;
                    };
                };
            };
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            429: components["responses"]["Problem429"];
            default: components["responses"]["Problem"];
        };
    };
    devOutboxRaw: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                n: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    RateLimit: components["headers"]["RateLimit"];
                    [name: string]: unknown;
                };
                content: {
                    "message/rfc822": string;
                };
            };
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            429: components["responses"]["Problem429"];
            default: components["responses"]["Problem"];
        };
    };
    eventsEvents: {
        parameters: {
            query?: {
                /** @description Only what concerns these inboxes, by id or address */
                inbox?: string | string[];
                /** @description Only what concerns this thread */
                thread?: string;
                /** @description Only events of these types */
                type?: string | string[];
                /** @description The `id` of the last event that was seen. The header `Last-Event-ID` goes before it */
                after?: string;
                /** @description Where to begin without `after`; `now` if not said */
                from?: "now" | "start";
                /** @description Of a list: events at most */
                limit?: number;
            };
            header?: {
                /** @description The `id` of the last event that was seen; goes on after it */
                "Last-Event-Id"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    RateLimit: components["headers"]["RateLimit"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        events: components["schemas"]["Event"][];
                        /** @description What `after` of the next call takes */
                        next_after: string;
                        /** @description Whether there is more already */
                        has_more: boolean;
                    };
                    "text/event-stream": string;
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            429: components["responses"]["Problem429"];
            default: components["responses"]["Problem"];
        };
    };
    eventsOne: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                position: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    RateLimit: components["headers"]["RateLimit"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Event"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            429: components["responses"]["Problem429"];
            default: components["responses"]["Problem"];
        };
    };
    inboxesList: {
        parameters: {
            query?: {
                limit?: number;
                cursor?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    RateLimit: components["headers"]["RateLimit"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        inboxes: {
                            id: string;
                            account: string;
                            space: string;
                            name: string;
                            address: string;
                            aliases: string[];
                            plus_addressing: boolean;
                            catch_all: string[];
                            transport: string | null;
                        }[];
                        /** @description What `cursor` takes for the next page; null on the last one. */
                        next_cursor: string | null;
                    };
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            429: components["responses"]["Problem429"];
            default: components["responses"]["Problem"];
        };
    };
    inboxesMake: {
        parameters: {
            query?: never;
            header?: {
                /** @description The same key with the same request gets the same answer for a day, and does nothing twice */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @description Needed where the key may use more than one space. It can never change. */
                    space?: string;
                    address: string;
                    name?: string;
                    /** @description Further addresses that it gets mail of. */
                    aliases?: string[];
                    /**
                     * @description Whether name+anything@domain reaches it too.
                     * @default true
                     */
                    plus_addressing?: boolean;
                    /** @description Domains of which it gets what nobody else has. */
                    catch_all?: string[];
                    /**
                     * @description The SMTP server that its mail leaves by.
                     * @default null
                     */
                    transport?: string | null;
                };
            };
        };
        responses: {
            /** @description Created */
            201: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    RateLimit: components["headers"]["RateLimit"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        id: string;
                        account: string;
                        space: string;
                        name: string;
                        address: string;
                        aliases: string[];
                        plus_addressing: boolean;
                        catch_all: string[];
                        transport: string | null;
                    };
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            409: components["responses"]["Problem409"];
            429: components["responses"]["Problem429"];
            default: components["responses"]["Problem"];
        };
    };
    inboxesGet: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    RateLimit: components["headers"]["RateLimit"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        id: string;
                        account: string;
                        space: string;
                        name: string;
                        address: string;
                        aliases: string[];
                        plus_addressing: boolean;
                        catch_all: string[];
                        transport: string | null;
                    };
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            429: components["responses"]["Problem429"];
            default: components["responses"]["Problem"];
        };
    };
    inboxesRemove: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description No Content */
            204: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    RateLimit: components["headers"]["RateLimit"];
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            429: components["responses"]["Problem429"];
            default: components["responses"]["Problem"];
        };
    };
    inboxesChange: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    name?: string;
                    /** @description Further addresses that it gets mail of. */
                    aliases?: string[];
                    /** @description Whether name+anything@domain reaches it too. */
                    plus_addressing?: boolean;
                    /** @description Domains of which it gets what nobody else has. */
                    catch_all?: string[];
                    /** @description The SMTP server that its mail leaves by. */
                    transport?: string | null;
                    address?: string;
                    /** @description Only the space that it is in. */
                    space?: string;
                };
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    RateLimit: components["headers"]["RateLimit"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        id: string;
                        account: string;
                        space: string;
                        name: string;
                        address: string;
                        aliases: string[];
                        plus_addressing: boolean;
                        catch_all: string[];
                        transport: string | null;
                    };
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            409: components["responses"]["Problem409"];
            429: components["responses"]["Problem429"];
            default: components["responses"]["Problem"];
        };
    };
    mailPost: {
        parameters: {
            query?: {
                door?: "http" | "import";
            };
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "message/rfc822": string;
                "message/global": string;
            };
        };
        responses: {
            /** @description Accepted */
            202: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    RateLimit: components["headers"]["RateLimit"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        message_id: string;
                        thread: null;
                        sequence: string;
                        problems: string[];
                    };
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            429: components["responses"]["Problem429"];
            default: components["responses"]["Problem"];
        };
    };
    composingSend: {
        parameters: {
            query?: never;
            header?: {
                /** @description The same key with the same request gets the same answer for a day, and does nothing twice */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["Mail"];
                "multipart/form-data": {
                    message: components["schemas"]["Mail"];
                } & {
                    [key: string]: string;
                };
            };
        };
        responses: {
            /** @description Accepted */
            202: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    RateLimit: components["headers"]["RateLimit"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["MailQueued"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            409: components["responses"]["Problem409"];
            429: components["responses"]["Problem429"];
            default: components["responses"]["Problem"];
        };
    };
    composingPlanSend: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["Mail"];
                "multipart/form-data": {
                    message: components["schemas"]["Mail"];
                } & {
                    [key: string]: string;
                };
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    RateLimit: components["headers"]["RateLimit"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["MailPlan"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            429: components["responses"]["Problem429"];
            default: components["responses"]["Problem"];
        };
    };
    threadsListOfInbox: {
        parameters: {
            query?: {
                limit?: number;
                cursor?: string;
                wait_for?: string;
                is_read?: "true" | "false";
                unread?: "true" | "false";
                search?: string;
                q?: string;
                domain?: string;
                address?: string;
                label?: string;
                handled?: "true" | "false";
                has_attachment?: "true" | "false";
                before?: string;
                after?: string;
            };
            header?: never;
            path: {
                inbox: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    RateLimit: components["headers"]["RateLimit"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        threads: {
                            id: string;
                            space: string;
                            subject: string;
                            snippet: string;
                            last_from: {
                                name: string;
                                address: string;
                            } | null;
                            participants: {
                                name: string;
                                address: string;
                            }[];
                            participant_count: number;
                            message_count: number;
                            unread_count: number;
                            is_read: boolean;
                            has_unread: boolean;
                            has_attachment: boolean;
                            awaiting_reply: boolean;
                            labels: string[];
                            claim: {
                                by: string;
                                /** Format: date-time */
                                until: string;
                            } | null;
                            handled: boolean;
                            handled_by: string | null;
                            handled_at: string | null;
                            /** Format: date-time */
                            first_message_at: string;
                            /** Format: date-time */
                            last_message_at: string;
                            relation: {
                                /** @enum {string} */
                                kind: "related_to" | "continued_from" | "claims" | "contains";
                                ids: string[];
                                thread: string | null;
                            } | null;
                            version: number;
                            rank?: number;
                        }[];
                        next_cursor: string | null;
                        position: {
                            [key: string]: number;
                        };
                        lag: number | null;
                    };
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            429: components["responses"]["Problem429"];
            default: components["responses"]["Problem"];
        };
    };
    meMe: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    RateLimit: components["headers"]["RateLimit"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        key: string;
                        scopes: string[];
                        spaces: string[] | null;
                        inboxes: string[] | null;
                        instance: boolean;
                        expires_at: string | null;
                        account: {
                            id: string;
                            name: string | null;
                        };
                    };
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            429: components["responses"]["Problem429"];
            default: components["responses"]["Problem"];
        };
    };
    messagesGet: {
        parameters: {
            query?: {
                wait_for?: string;
            };
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    RateLimit: components["headers"]["RateLimit"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Message"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            429: components["responses"]["Problem429"];
            default: components["responses"]["Problem"];
        };
    };
    correctionsAccept: {
        parameters: {
            query?: never;
            header?: {
                /** @description The same key with the same request gets the same answer for a day, and does nothing twice */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    thread: string;
                };
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    RateLimit: components["headers"]["RateLimit"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Recorded"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            409: components["responses"]["Problem409"];
            429: components["responses"]["Problem429"];
            default: components["responses"]["Problem"];
        };
    };
    messagesAttachment: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
                n: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    RateLimit: components["headers"]["RateLimit"];
                    [name: string]: unknown;
                };
                content: {
                    "application/octet-stream": string;
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            429: components["responses"]["Problem429"];
            default: components["responses"]["Problem"];
        };
    };
    outboxCancel: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @default  */
                    reason?: string;
                };
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    RateLimit: components["headers"]["RateLimit"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        message_id: string;
                        partition: number;
                        sequence: number;
                        wait_for: string;
                        events: {
                            type: string;
                            thread: string;
                        }[];
                    };
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            429: components["responses"]["Problem429"];
            default: components["responses"]["Problem"];
        };
    };
    messagesDiagnosis: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    RateLimit: components["headers"]["RateLimit"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        message_id: string;
                        thread_id: string;
                        compared_with: number;
                        checks: {
                            /** @enum {string} */
                            check: "message-id" | "in-reply-to" | "references" | "subject" | "thread-index";
                            /** @enum {string} */
                            ok: "yes" | "no" | "cannot tell";
                            found: string;
                            mend: string | null;
                            meant: string | null;
                        }[];
                    };
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            429: components["responses"]["Problem429"];
            default: components["responses"]["Problem"];
        };
    };
    messagesExplain: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    RateLimit: components["headers"]["RateLimit"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        message_id: string;
                        thread_id: string;
                        rule: string;
                        confidence: string;
                        words: string[];
                        evidence: {
                            fact: string;
                            value: string;
                            message: string | null;
                            thread: string | null;
                        }[];
                        rivals: {
                            thread: string;
                            fact: string;
                            value: string;
                            reason: string;
                        }[];
                        notes: {
                            type: string;
                            position: number;
                            /** Format: date-time */
                            time: string;
                        }[];
                    };
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            429: components["responses"]["Problem429"];
            default: components["responses"]["Problem"];
        };
    };
    composingForward: {
        parameters: {
            query?: never;
            header?: {
                /** @description The same key with the same request gets the same answer for a day, and does nothing twice */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["Forward"];
                "multipart/form-data": {
                    message: components["schemas"]["Forward"];
                } & {
                    [key: string]: string;
                };
            };
        };
        responses: {
            /** @description Accepted */
            202: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    RateLimit: components["headers"]["RateLimit"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["MailQueued"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            409: components["responses"]["Problem409"];
            429: components["responses"]["Problem429"];
            default: components["responses"]["Problem"];
        };
    };
    composingPlanForward: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["Forward"];
                "multipart/form-data": {
                    message: components["schemas"]["Forward"];
                } & {
                    [key: string]: string;
                };
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    RateLimit: components["headers"]["RateLimit"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["MailPlan"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            429: components["responses"]["Problem429"];
            default: components["responses"]["Problem"];
        };
    };
    correctionsMove: {
        parameters: {
            query?: never;
            header?: {
                /** @description The same key with the same request gets the same answer for a day, and does nothing twice */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    thread: string;
                };
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    RateLimit: components["headers"]["RateLimit"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Recorded"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            409: components["responses"]["Problem409"];
            429: components["responses"]["Problem429"];
            default: components["responses"]["Problem"];
        };
    };
    messagesRaw: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    RateLimit: components["headers"]["RateLimit"];
                    [name: string]: unknown;
                };
                content: {
                    "message/rfc822": string;
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            429: components["responses"]["Problem429"];
            default: components["responses"]["Problem"];
        };
    };
    correctionsRefuse: {
        parameters: {
            query?: never;
            header?: {
                /** @description The same key with the same request gets the same answer for a day, and does nothing twice */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    thread: string;
                };
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    RateLimit: components["headers"]["RateLimit"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Recorded"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            409: components["responses"]["Problem409"];
            429: components["responses"]["Problem429"];
            default: components["responses"]["Problem"];
        };
    };
    composingReply: {
        parameters: {
            query?: never;
            header?: {
                /** @description The same key with the same request gets the same answer for a day, and does nothing twice */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["Reply"];
                "multipart/form-data": {
                    message: components["schemas"]["Reply"];
                } & {
                    [key: string]: string;
                };
            };
        };
        responses: {
            /** @description Accepted */
            202: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    RateLimit: components["headers"]["RateLimit"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["MailQueued"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            409: components["responses"]["Problem409"];
            429: components["responses"]["Problem429"];
            default: components["responses"]["Problem"];
        };
    };
    composingReplyAll: {
        parameters: {
            query?: never;
            header?: {
                /** @description The same key with the same request gets the same answer for a day, and does nothing twice */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["Reply"];
                "multipart/form-data": {
                    message: components["schemas"]["Reply"];
                } & {
                    [key: string]: string;
                };
            };
        };
        responses: {
            /** @description Accepted */
            202: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    RateLimit: components["headers"]["RateLimit"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["MailQueued"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            409: components["responses"]["Problem409"];
            429: components["responses"]["Problem429"];
            default: components["responses"]["Problem"];
        };
    };
    composingPlanReplyAll: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["Reply"];
                "multipart/form-data": {
                    message: components["schemas"]["Reply"];
                } & {
                    [key: string]: string;
                };
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    RateLimit: components["headers"]["RateLimit"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["MailPlan"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            429: components["responses"]["Problem429"];
            default: components["responses"]["Problem"];
        };
    };
    composingPlanReply: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["Reply"];
                "multipart/form-data": {
                    message: components["schemas"]["Reply"];
                } & {
                    [key: string]: string;
                };
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    RateLimit: components["headers"]["RateLimit"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["MailPlan"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            429: components["responses"]["Problem429"];
            default: components["responses"]["Problem"];
        };
    };
    outboxResend: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @default  */
                    reason?: string;
                };
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    RateLimit: components["headers"]["RateLimit"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        message_id: string;
                        partition: number;
                        sequence: number;
                        wait_for: string;
                        events: {
                            type: string;
                            thread: string;
                        }[];
                    };
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            429: components["responses"]["Problem429"];
            default: components["responses"]["Problem"];
        };
    };
    outboxSettle: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @enum {string} */
                    as: "sent" | "failed";
                    /** @default  */
                    reason?: string;
                };
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    RateLimit: components["headers"]["RateLimit"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        message_id: string;
                        partition: number;
                        sequence: number;
                        wait_for: string;
                        events: {
                            type: string;
                            thread: string;
                        }[];
                    };
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            429: components["responses"]["Problem429"];
            default: components["responses"]["Problem"];
        };
    };
    outboxList: {
        parameters: {
            query?: {
                state?: "queued" | "sending" | "sent" | "deferred" | "failed" | "unknown" | "bounced" | "cancelled";
                inbox?: string;
                limit?: number;
                cursor?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    RateLimit: components["headers"]["RateLimit"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        messages: {
                            message_id: string;
                            message_id_header: string;
                            thread_id: string;
                            space: string;
                            inbox: string;
                            subject: string;
                            /** @enum {string} */
                            status: "queued" | "sending" | "sent" | "deferred" | "failed" | "unknown" | "bounced" | "cancelled";
                            attempt: number;
                            from: string;
                            to: string[];
                            answers: string | null;
                            automatic: boolean;
                            /** @enum {string} */
                            on_unknown: "hold" | "retry";
                            send_at: string | null;
                            next_try_at: string | null;
                            reason: string | null;
                            response: string | null;
                            refused: {
                                address: string;
                                response: string;
                            }[];
                            queued_at: string;
                            updated_at: string;
                            sent_at: string | null;
                        }[];
                        next_cursor: string | null;
                    };
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            429: components["responses"]["Problem429"];
            default: components["responses"]["Problem"];
        };
    };
    offersQuarantine: {
        parameters: {
            query?: {
                limit?: number;
                cursor?: string;
                wait_for?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    RateLimit: components["headers"]["RateLimit"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        quarantine: {
                            message_id: string;
                            thread_id: string;
                            space: string;
                            subject: string;
                            from: {
                                name: string;
                                address: string;
                            }[];
                            snippet: string;
                            /** Format: date-time */
                            received_at: string;
                            candidate: {
                                thread_id: string;
                                subject: string;
                            };
                            /** Format: date-time */
                            offered_at: string;
                            rule: string | null;
                            reason: string | null;
                            evidence: {
                                fact: string;
                                value: string;
                                message: string | null;
                                thread: string | null;
                            }[];
                        }[];
                        next_cursor: string | null;
                        position: {
                            [key: string]: number;
                        };
                        lag: number | null;
                    };
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            429: components["responses"]["Problem429"];
            default: components["responses"]["Problem"];
        };
    };
    simulateSimulate: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /**
                     * @default all
                     * @enum {string}
                     */
                    client?: "gmail" | "outlook" | "outlook-imap" | "apple" | "thunderbird" | "all";
                    thread_id?: string;
                    /** @default [] */
                    messages?: (string | {
                        message_id?: string;
                        in_reply_to?: (string | string[]) | null;
                        references?: (string | string[]) | null;
                        subject?: string | null;
                        from?: (string | string[]) | null;
                        to?: (string | string[]) | null;
                        cc?: (string | string[]) | null;
                        date?: string | null;
                        thread_index?: string | null;
                        thread_topic?: string | null;
                    })[];
                    draft?: {
                        message_id?: string;
                        in_reply_to?: (string | string[]) | null;
                        references?: (string | string[]) | null;
                        subject?: string | null;
                        from?: (string | string[]) | null;
                        to?: (string | string[]) | null;
                        cc?: (string | string[]) | null;
                        date?: string | null;
                        thread_index?: string | null;
                        thread_topic?: string | null;
                    };
                };
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    RateLimit: components["headers"]["RateLimit"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        clients: {
                            /** @enum {string} */
                            client: "gmail" | "outlook" | "outlook-imap" | "apple" | "thunderbird";
                            title: string;
                            conversations: number;
                            messages: {
                                /** @enum {string} */
                                source: "thread" | "messages" | "draft";
                                id: string | null;
                                message_id: string | null;
                                subject: string;
                                conversation: number;
                                rule: string;
                                because: string;
                                tied_to: number | null;
                                /** @enum {string} */
                                sureness: "specification" | "vendor text" | "code" | "reports" | "thin";
                            }[];
                        }[];
                    };
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            429: components["responses"]["Problem429"];
            default: components["responses"]["Problem"];
        };
    };
    spacesList: {
        parameters: {
            query?: {
                limit?: number;
                cursor?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    RateLimit: components["headers"]["RateLimit"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        spaces: {
                            id: string;
                            account: string;
                            name: string;
                            rules: string;
                            policies: {
                                [key: string]: string;
                            };
                        }[];
                        /** @description What `cursor` takes for the next page; null on the last one. */
                        next_cursor: string | null;
                    };
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            429: components["responses"]["Problem429"];
            default: components["responses"]["Problem"];
        };
    };
    spacesMake: {
        parameters: {
            query?: never;
            header?: {
                /** @description The same key with the same request gets the same answer for a day, and does nothing twice */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    name: string;
                    /**
                     * @description Name of the rule set that threads the mail of the space.
                     * @default skein
                     */
                    rules?: string;
                    /**
                     * @description What the rule set leaves to be chosen.
                     * @default {}
                     */
                    policies?: {
                        [key: string]: string;
                    };
                };
            };
        };
        responses: {
            /** @description Created */
            201: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    RateLimit: components["headers"]["RateLimit"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        id: string;
                        account: string;
                        name: string;
                        rules: string;
                        policies: {
                            [key: string]: string;
                        };
                    };
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            409: components["responses"]["Problem409"];
            429: components["responses"]["Problem429"];
            default: components["responses"]["Problem"];
        };
    };
    spacesGet: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    RateLimit: components["headers"]["RateLimit"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        id: string;
                        account: string;
                        name: string;
                        rules: string;
                        policies: {
                            [key: string]: string;
                        };
                    };
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            429: components["responses"]["Problem429"];
            default: components["responses"]["Problem"];
        };
    };
    spacesRemove: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description No Content */
            204: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    RateLimit: components["headers"]["RateLimit"];
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            429: components["responses"]["Problem429"];
            default: components["responses"]["Problem"];
        };
    };
    spacesChange: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    name?: string;
                    /** @description Name of the rule set that threads the mail of the space. */
                    rules?: string;
                    /** @description What the rule set leaves to be chosen. */
                    policies?: {
                        [key: string]: string;
                    };
                };
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    RateLimit: components["headers"]["RateLimit"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        id: string;
                        account: string;
                        name: string;
                        rules: string;
                        policies: {
                            [key: string]: string;
                        };
                    };
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            409: components["responses"]["Problem409"];
            429: components["responses"]["Problem429"];
            default: components["responses"]["Problem"];
        };
    };
    offersSuggestions: {
        parameters: {
            query?: {
                limit?: number;
                cursor?: string;
                wait_for?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    RateLimit: components["headers"]["RateLimit"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        suggestions: {
                            message_id: string;
                            thread_id: string;
                            space: string;
                            subject: string;
                            from: {
                                name: string;
                                address: string;
                            }[];
                            snippet: string;
                            /** Format: date-time */
                            received_at: string;
                            candidate: {
                                thread_id: string;
                                subject: string;
                            };
                            /** Format: date-time */
                            offered_at: string;
                            rule: string | null;
                            reason: string | null;
                            evidence: {
                                fact: string;
                                value: string;
                                message: string | null;
                                thread: string | null;
                            }[];
                        }[];
                        next_cursor: string | null;
                        position: {
                            [key: string]: number;
                        };
                        lag: number | null;
                    };
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            429: components["responses"]["Problem429"];
            default: components["responses"]["Problem"];
        };
    };
    threadsList: {
        parameters: {
            query?: {
                limit?: number;
                cursor?: string;
                wait_for?: string;
                is_read?: "true" | "false";
                unread?: "true" | "false";
                search?: string;
                q?: string;
                domain?: string;
                address?: string;
                label?: string;
                handled?: "true" | "false";
                has_attachment?: "true" | "false";
                before?: string;
                after?: string;
                inbox?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    RateLimit: components["headers"]["RateLimit"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        threads: {
                            id: string;
                            space: string;
                            subject: string;
                            snippet: string;
                            last_from: {
                                name: string;
                                address: string;
                            } | null;
                            participants: {
                                name: string;
                                address: string;
                            }[];
                            participant_count: number;
                            message_count: number;
                            unread_count: number;
                            is_read: boolean;
                            has_unread: boolean;
                            has_attachment: boolean;
                            awaiting_reply: boolean;
                            labels: string[];
                            claim: {
                                by: string;
                                /** Format: date-time */
                                until: string;
                            } | null;
                            handled: boolean;
                            handled_by: string | null;
                            handled_at: string | null;
                            /** Format: date-time */
                            first_message_at: string;
                            /** Format: date-time */
                            last_message_at: string;
                            relation: {
                                /** @enum {string} */
                                kind: "related_to" | "continued_from" | "claims" | "contains";
                                ids: string[];
                                thread: string | null;
                            } | null;
                            version: number;
                            rank?: number;
                        }[];
                        next_cursor: string | null;
                        position: {
                            [key: string]: number;
                        };
                        lag: number | null;
                    };
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            429: components["responses"]["Problem429"];
            default: components["responses"]["Problem"];
        };
    };
    threadsCount: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    RateLimit: components["headers"]["RateLimit"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        count: number;
                    };
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            429: components["responses"]["Problem429"];
            default: components["responses"]["Problem"];
        };
    };
    threadsGet: {
        parameters: {
            query?: {
                limit?: number;
                tree?: "true" | "false";
                wait_for?: string;
                /** @description An event, as `<partition>:<sequence>` or `<sequence>`, or a time: the thread as it was then. */
                as_of?: string;
            };
            header?: {
                "If-None-Match"?: string;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    RateLimit: components["headers"]["RateLimit"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        id: string;
                        space: string;
                        subject: string;
                        snippet: string;
                        last_from: {
                            name: string;
                            address: string;
                        } | null;
                        participants: {
                            name: string;
                            address: string;
                        }[];
                        participant_count: number;
                        message_count: number;
                        unread_count: number;
                        is_read: boolean;
                        has_unread: boolean;
                        has_attachment: boolean;
                        awaiting_reply: boolean;
                        labels: string[];
                        claim: {
                            by: string;
                            /** Format: date-time */
                            until: string;
                        } | null;
                        handled: boolean;
                        handled_by: string | null;
                        handled_at: string | null;
                        /** Format: date-time */
                        first_message_at: string;
                        /** Format: date-time */
                        last_message_at: string;
                        relation: {
                            /** @enum {string} */
                            kind: "related_to" | "continued_from" | "claims" | "contains";
                            ids: string[];
                            thread: string | null;
                        } | null;
                        version: number;
                        inboxes: {
                            inbox: string;
                            message_count: number;
                            unread_count: number;
                            is_read: boolean;
                            /** Format: date-time */
                            last_message_at: string;
                        }[];
                        messages: components["schemas"]["Message"][];
                        next_cursor: string | null;
                        tree?: {
                            id: string | null;
                            message_id: string;
                            is_ghost: boolean;
                            parent_id: string | null;
                            parent_message_id: string | null;
                            nearest_known_ancestor: string | null;
                            is_loose: boolean;
                            depth: number;
                            branch: string | null;
                        }[];
                        position: {
                            [key: string]: number;
                        };
                        lag: number | null;
                    } | {
                        id: string;
                        asked_id: string;
                        as_of: {
                            /** @description The last event that counts. */
                            position: string;
                            /** Format: date-time */
                            time: string;
                        };
                        space: string;
                        /** @enum {string} */
                        state: "own" | "merged";
                        absorbed: string[];
                        subject: string;
                        participants: {
                            name: string;
                            address: string;
                        }[];
                        message_count: number;
                        first_message_at: string | null;
                        last_message_at: string | null;
                        messages: {
                            id: string;
                            message_id: string;
                            in_reply_to: string[];
                            parent_message_id: string | null;
                            subject: string;
                            from: {
                                name: string;
                                address: string;
                            }[];
                            header_to: {
                                name: string;
                                address: string;
                            }[];
                            cc: {
                                name: string;
                                address: string;
                            }[];
                            /** Format: date-time */
                            sent_at: string;
                            /** Format: date-time */
                            received_at: string;
                            snippet: string;
                            /** @enum {string} */
                            direction: "in" | "out";
                            /** @enum {string} */
                            kind: "bounce" | "receipt" | "auto-reply" | "calendar" | "list" | "normal";
                            is_erased: boolean;
                            rule: string;
                            /** @enum {string} */
                            confidence: "certain" | "high" | "low";
                            deliveries: {
                                inbox: string;
                                /** @enum {string} */
                                role: "to" | "cc" | "bcc" | "list";
                                /** Format: date-time */
                                received_at: string;
                            }[];
                            /** @description `<partition>:<sequence>` of an event; `as_of` takes it. */
                            position: string;
                        }[];
                        tree?: {
                            id: string | null;
                            message_id: string;
                            is_ghost: boolean;
                            parent_id: string | null;
                            parent_message_id: string | null;
                            nearest_known_ancestor: string | null;
                            is_loose: boolean;
                            depth: number;
                            branch: string | null;
                        }[];
                    };
                };
            };
            /** @description Not Modified */
            304: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    RateLimit: components["headers"]["RateLimit"];
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            429: components["responses"]["Problem429"];
            default: components["responses"]["Problem"];
        };
    };
    threadsPatch: {
        parameters: {
            query?: never;
            header?: {
                /** @description The `ETag` of what the caller saw: refused, or applied up to there, where it has changed since */
                "If-Match"?: string;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    is_read?: boolean;
                    up_to?: number;
                    inbox?: string;
                    labels?: {
                        /** @default [] */
                        add?: string[];
                        /** @default [] */
                        remove?: string[];
                    };
                    claim?: {
                        for: number;
                        by?: string;
                    } | null;
                    handled?: boolean;
                    by?: string;
                };
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    ETag: components["headers"]["ETag"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    RateLimit: components["headers"]["RateLimit"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        partition: number;
                        sequence: number;
                        wait_for: string;
                        events: {
                            type: string;
                            thread: string;
                        }[];
                        id: string;
                        up_to: number;
                        is_read?: boolean;
                        inboxes?: string[];
                    };
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            409: components["responses"]["Problem409"];
            429: components["responses"]["Problem429"];
            default: components["responses"]["Problem"];
        };
    };
    historyHistory: {
        parameters: {
            query?: {
                limit?: number;
                cursor?: string;
            };
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    RateLimit: components["headers"]["RateLimit"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @description The living thread that the id leads to today. */
                        thread_id: string;
                        asked_id: string;
                        history: {
                            /** @description `<partition>:<sequence>` of an event; `as_of` takes it. */
                            position: string;
                            event_id: string;
                            type: string;
                            /** Format: date-time */
                            time: string;
                            thread_id: string;
                            message_id: string | null;
                            /** @description What it follows from: a mail or report that came, or a command and who gave it. */
                            by: {
                                /** @constant */
                                kind: "input";
                                /** @description `MAIL-<partition>:<sequence>` */
                                input: string;
                            } | {
                                /** @constant */
                                kind: "command";
                                command: string;
                                actor: string;
                            };
                            rule: string | null;
                            confidence: ("certain" | "high" | "low") | null;
                            /** @description For a person, the most important first. */
                            words: string[];
                            evidence: {
                                fact: string;
                                value: string;
                                message: string | null;
                                thread: string | null;
                            }[];
                        }[];
                        next_cursor: string | null;
                    };
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            429: components["responses"]["Problem429"];
            default: components["responses"]["Problem"];
        };
    };
    correctionsMerge: {
        parameters: {
            query?: never;
            header?: {
                /** @description The same key with the same request gets the same answer for a day, and does nothing twice */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    with: string[];
                };
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    RateLimit: components["headers"]["RateLimit"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Recorded"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            409: components["responses"]["Problem409"];
            429: components["responses"]["Problem429"];
            default: components["responses"]["Problem"];
        };
    };
    threadsMessages: {
        parameters: {
            query?: {
                limit?: number;
                cursor?: string;
                wait_for?: string;
            };
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    RateLimit: components["headers"]["RateLimit"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        thread_id: string;
                        messages: components["schemas"]["Message"][];
                        next_cursor: string | null;
                        position: {
                            [key: string]: number;
                        };
                        lag: number | null;
                    };
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            429: components["responses"]["Problem429"];
            default: components["responses"]["Problem"];
        };
    };
    composingReplyToThread: {
        parameters: {
            query?: never;
            header?: {
                /** @description The same key with the same request gets the same answer for a day, and does nothing twice */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["Reply"];
                "multipart/form-data": {
                    message: components["schemas"]["Reply"];
                } & {
                    [key: string]: string;
                };
            };
        };
        responses: {
            /** @description Accepted */
            202: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    RateLimit: components["headers"]["RateLimit"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["MailQueued"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            409: components["responses"]["Problem409"];
            429: components["responses"]["Problem429"];
            default: components["responses"]["Problem"];
        };
    };
    composingPlanThreadReply: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["Reply"];
                "multipart/form-data": {
                    message: components["schemas"]["Reply"];
                } & {
                    [key: string]: string;
                };
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    RateLimit: components["headers"]["RateLimit"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["MailPlan"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            429: components["responses"]["Problem429"];
            default: components["responses"]["Problem"];
        };
    };
    correctionsSplit: {
        parameters: {
            query?: never;
            header?: {
                /** @description The same key with the same request gets the same answer for a day, and does nothing twice */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    messages: string[];
                };
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    RateLimit: components["headers"]["RateLimit"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Recorded"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            409: components["responses"]["Problem409"];
            429: components["responses"]["Problem429"];
            default: components["responses"]["Problem"];
        };
    };
    correctionsUndo: {
        parameters: {
            query?: never;
            header?: {
                /** @description The same key with the same request gets the same answer for a day, and does nothing twice */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": Record<string, never>;
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    RateLimit: components["headers"]["RateLimit"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Recorded"];
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            409: components["responses"]["Problem409"];
            429: components["responses"]["Problem429"];
            default: components["responses"]["Problem"];
        };
    };
    transportsList: {
        parameters: {
            query?: {
                limit?: number;
                cursor?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    RateLimit: components["headers"]["RateLimit"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        transports: {
                            id: string;
                            account: string;
                            name: string;
                            domains: string[];
                            host: string;
                            port: number;
                            /** @enum {string} */
                            security: "tls" | "starttls" | "none";
                            user: string | null;
                            has_password: boolean;
                            dkim: {
                                domain: string;
                                selector: string;
                                /** @description The TXT record that the domain needs; null where the key cannot be opened. */
                                record: {
                                    name: string;
                                    value: string;
                                } | null;
                            } | null;
                            rewrites_message_id: boolean;
                        }[];
                        /** @description What `cursor` takes for the next page; null on the last one. */
                        next_cursor: string | null;
                    };
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            429: components["responses"]["Problem429"];
            default: components["responses"]["Problem"];
        };
    };
    transportsMake: {
        parameters: {
            query?: never;
            header?: {
                /** @description The same key with the same request gets the same answer for a day, and does nothing twice */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    name?: string;
                    host: string;
                    /** @description Whose mail leaves by it without further word. */
                    domains?: string[];
                    port?: number;
                    /**
                     * @default starttls
                     * @enum {string}
                     */
                    security?: "tls" | "starttls" | "none";
                    /** @default null */
                    user?: string | null;
                    /**
                     * @description Kept sealed, and never shown.
                     * @default null
                     */
                    password?: string | null;
                    /** @default null */
                    dkim?: {
                        /** @example example.com */
                        domain: string;
                        selector: string;
                        private_key: string;
                    } | null;
                    /**
                     * @description Whether the server puts in a Message-ID of its own, as Amazon SES does.
                     * @default false
                     */
                    rewrites_message_id?: boolean;
                };
            };
        };
        responses: {
            /** @description Created */
            201: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    RateLimit: components["headers"]["RateLimit"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        id: string;
                        account: string;
                        name: string;
                        domains: string[];
                        host: string;
                        port: number;
                        /** @enum {string} */
                        security: "tls" | "starttls" | "none";
                        user: string | null;
                        has_password: boolean;
                        dkim: {
                            domain: string;
                            selector: string;
                            /** @description The TXT record that the domain needs; null where the key cannot be opened. */
                            record: {
                                name: string;
                                value: string;
                            } | null;
                        } | null;
                        rewrites_message_id: boolean;
                    };
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            409: components["responses"]["Problem409"];
            429: components["responses"]["Problem429"];
            default: components["responses"]["Problem"];
        };
    };
    transportsGet: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    RateLimit: components["headers"]["RateLimit"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        id: string;
                        account: string;
                        name: string;
                        domains: string[];
                        host: string;
                        port: number;
                        /** @enum {string} */
                        security: "tls" | "starttls" | "none";
                        user: string | null;
                        has_password: boolean;
                        dkim: {
                            domain: string;
                            selector: string;
                            /** @description The TXT record that the domain needs; null where the key cannot be opened. */
                            record: {
                                name: string;
                                value: string;
                            } | null;
                        } | null;
                        rewrites_message_id: boolean;
                    };
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            429: components["responses"]["Problem429"];
            default: components["responses"]["Problem"];
        };
    };
    transportsRemove: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description No Content */
            204: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    RateLimit: components["headers"]["RateLimit"];
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            429: components["responses"]["Problem429"];
            default: components["responses"]["Problem"];
        };
    };
    transportsChange: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    name?: string;
                    /** @description Whose mail leaves by it without further word. */
                    domains?: string[];
                    host?: string;
                    port?: number;
                    /** @enum {string} */
                    security?: "tls" | "starttls" | "none";
                    user?: string | null;
                    /** @description Kept sealed, and never shown. */
                    password?: string | null;
                    dkim?: {
                        /** @example example.com */
                        domain: string;
                        selector: string;
                        private_key: string;
                    } | null;
                    /** @description Whether the server puts in a Message-ID of its own, as Amazon SES does. */
                    rewrites_message_id?: boolean;
                };
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    RateLimit: components["headers"]["RateLimit"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        id: string;
                        account: string;
                        name: string;
                        domains: string[];
                        host: string;
                        port: number;
                        /** @enum {string} */
                        security: "tls" | "starttls" | "none";
                        user: string | null;
                        has_password: boolean;
                        dkim: {
                            domain: string;
                            selector: string;
                            /** @description The TXT record that the domain needs; null where the key cannot be opened. */
                            record: {
                                name: string;
                                value: string;
                            } | null;
                        } | null;
                        rewrites_message_id: boolean;
                    };
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            409: components["responses"]["Problem409"];
            429: components["responses"]["Problem429"];
            default: components["responses"]["Problem"];
        };
    };
    webhooksList: {
        parameters: {
            query?: {
                limit?: number;
                cursor?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    RateLimit: components["headers"]["RateLimit"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        webhooks: {
                            id: string;
                            account: string;
                            name: string;
                            url: string;
                            types: string[] | null;
                            inboxes: string[] | null;
                            created_at: string;
                            enabled: boolean;
                            disabled: {
                                at: string;
                                reason: string;
                            } | null;
                        }[];
                        /** @description What `cursor` takes for the next page; null on the last one. */
                        next_cursor: string | null;
                    };
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            429: components["responses"]["Problem429"];
            default: components["responses"]["Problem"];
        };
    };
    webhooksMake: {
        parameters: {
            query?: never;
            header?: {
                /** @description The same key with the same request gets the same answer for a day, and does nothing twice */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /**
                     * Format: uri
                     * @description https, without user and password.
                     */
                    url: string;
                    name?: string;
                    /**
                     * @description Which events; all where null.
                     * @default null
                     */
                    types?: ("ThreadStarted" | "MessageThreaded" | "MessageDelivered" | "ThreadsMerged" | "ThreadSplit" | "MergeUndone" | "MessageMoved" | "JoinAccepted" | "JoinRefused" | "WireIdLearned" | "MessageErased" | "RulesApplied" | "MessageRekeyed" | "MentionsReplaced" | "SubjectChanged" | "JoinSuggested" | "JoinQuarantined" | "MessageIdCollided" | "AnchorDemoted" | "ThreadRead" | "ThreadUnread" | "ThreadClaimed" | "ThreadReleased" | "ThreadHandled" | "ThreadReopened" | "ThreadLabelled" | "MessageQueued" | "SendStarted" | "MessageSent" | "SendDeferred" | "SendFailed" | "SendUnknown" | "SendCancelled" | "SendRetried" | "SendSettled" | "MessageBounced")[] | null;
                    /**
                     * @description Of which inboxes; all of the account where null.
                     * @default null
                     */
                    inboxes?: string[] | null;
                };
            };
        };
        responses: {
            /** @description Created */
            201: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    RateLimit: components["headers"]["RateLimit"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        id: string;
                        account: string;
                        name: string;
                        url: string;
                        types: string[] | null;
                        inboxes: string[] | null;
                        created_at: string;
                        enabled: boolean;
                        disabled: {
                            at: string;
                            reason: string;
                        } | null;
                        /** @description What its signatures are made with (Standard Webhooks): shown now, and never again. */
                        secret: string;
                    };
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            409: components["responses"]["Problem409"];
            429: components["responses"]["Problem429"];
            default: components["responses"]["Problem"];
        };
    };
    webhooksGet: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    RateLimit: components["headers"]["RateLimit"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        id: string;
                        account: string;
                        name: string;
                        url: string;
                        types: string[] | null;
                        inboxes: string[] | null;
                        created_at: string;
                        enabled: boolean;
                        disabled: {
                            at: string;
                            reason: string;
                        } | null;
                    };
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            429: components["responses"]["Problem429"];
            default: components["responses"]["Problem"];
        };
    };
    webhooksRemove: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description No Content */
            204: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    RateLimit: components["headers"]["RateLimit"];
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            429: components["responses"]["Problem429"];
            default: components["responses"]["Problem"];
        };
    };
    webhooksChange: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    name?: string;
                    /**
                     * Format: uri
                     * @description https, without user and password.
                     */
                    url?: string;
                    /** @description Which events; all where null. */
                    types?: ("ThreadStarted" | "MessageThreaded" | "MessageDelivered" | "ThreadsMerged" | "ThreadSplit" | "MergeUndone" | "MessageMoved" | "JoinAccepted" | "JoinRefused" | "WireIdLearned" | "MessageErased" | "RulesApplied" | "MessageRekeyed" | "MentionsReplaced" | "SubjectChanged" | "JoinSuggested" | "JoinQuarantined" | "MessageIdCollided" | "AnchorDemoted" | "ThreadRead" | "ThreadUnread" | "ThreadClaimed" | "ThreadReleased" | "ThreadHandled" | "ThreadReopened" | "ThreadLabelled" | "MessageQueued" | "SendStarted" | "MessageSent" | "SendDeferred" | "SendFailed" | "SendUnknown" | "SendCancelled" | "SendRetried" | "SendSettled" | "MessageBounced")[] | null;
                    /** @description Of which inboxes; all of the account where null. */
                    inboxes?: string[] | null;
                    /** @description Also what turns it on again after it was switched off. */
                    enabled?: boolean;
                };
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    RateLimit: components["headers"]["RateLimit"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        id: string;
                        account: string;
                        name: string;
                        url: string;
                        types: string[] | null;
                        inboxes: string[] | null;
                        created_at: string;
                        enabled: boolean;
                        disabled: {
                            at: string;
                            reason: string;
                        } | null;
                    };
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            409: components["responses"]["Problem409"];
            429: components["responses"]["Problem429"];
            default: components["responses"]["Problem"];
        };
    };
    webhooksAttempts: {
        parameters: {
            query?: {
                limit?: number;
                cursor?: string;
                /** @description Only of this event: its id, or its position. */
                event?: string;
            };
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    RateLimit: components["headers"]["RateLimit"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        attempts: {
                            event_id: string;
                            type: string;
                            /** @description `<partition>:<sequence>` of the event; null for a test. */
                            position: string | null;
                            /** @enum {string} */
                            kind: "event" | "replay" | "test";
                            attempt: number;
                            at: string;
                            /** @description How long the endpoint took. */
                            ms: number;
                            /** @description What it answered; null where no answer came. */
                            status: number | null;
                            /** @description Why it counts as failed; null where it did not. */
                            error: string | null;
                            /** @description When it is tried again; null where it is not. */
                            next_at: string | null;
                        }[];
                        /** @description A page may be short, even empty, while this is not null. */
                        next_cursor: string | null;
                    };
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            429: components["responses"]["Problem429"];
            default: components["responses"]["Problem"];
        };
    };
    webhooksReplay: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @description One event: its id, or its position. */
                    event: string;
                } | {
                    /** @description The first: a position, or a time. */
                    from: string;
                    /** @description The last, of the same kind; without it, all up to now. */
                    to?: string;
                };
            };
        };
        responses: {
            /** @description Accepted */
            202: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    RateLimit: components["headers"]["RateLimit"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        webhook_id: string;
                        /** @description How many will be sent, each under its own id once more. */
                        events: number;
                        /** @description Where they are, as positions. */
                        stretches: {
                            from: string;
                            to: string;
                        }[];
                    };
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            429: components["responses"]["Problem429"];
            default: components["responses"]["Problem"];
        };
    };
    webhooksRotate: {
        parameters: {
            query?: never;
            header?: {
                /** @description The same key with the same request gets the same answer for a day, and does nothing twice */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /**
                     * @description Whether the secret until now goes on signing beside the new one.
                     * @default true
                     */
                    keep_old?: boolean;
                };
            };
        };
        responses: {
            /** @description Created */
            201: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    RateLimit: components["headers"]["RateLimit"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        id: string;
                        account: string;
                        name: string;
                        url: string;
                        types: string[] | null;
                        inboxes: string[] | null;
                        created_at: string;
                        enabled: boolean;
                        disabled: {
                            at: string;
                            reason: string;
                        } | null;
                        /** @description What its signatures are made with (Standard Webhooks): shown now, and never again. */
                        secret: string;
                    };
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            409: components["responses"]["Problem409"];
            429: components["responses"]["Problem429"];
            default: components["responses"]["Problem"];
        };
    };
    webhooksTest: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    "RateLimit-Policy": components["headers"]["RateLimitPolicy"];
                    RateLimit: components["headers"]["RateLimit"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        delivered: boolean;
                        event_id: string;
                        status: number | null;
                        error: string | null;
                        ms: number;
                        /** @description The beginning of what the endpoint said. */
                        answer: string;
                    };
                };
            };
            400: components["responses"]["Problem400"];
            401: components["responses"]["Problem401"];
            403: components["responses"]["Problem403"];
            404: components["responses"]["Problem404"];
            429: components["responses"]["Problem429"];
            default: components["responses"]["Problem"];
        };
    };
}
