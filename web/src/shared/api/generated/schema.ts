// Made from schemas/openapi.yaml by "npm run api". Do not edit.
export interface paths {
    "/api/v1/events": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The site's log in order */
        get: {
            parameters: {
                query?: {
                    /** @description needed where the hub has several sites */
                    site?: components["parameters"]["site"];
                    after?: number;
                    limit?: number;
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Events after `after` */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            events: components["schemas"]["StoredEvent"][];
                            /** @description `after` of the next page */
                            next: number;
                            more: boolean;
                        };
                    };
                };
                default: components["responses"]["Problem"];
            };
        };
        put?: never;
        /**
         * Push one event; the body itself is the truth
         * @description Answered once it is on disk. Ids follow from source, subject and content: equal content is a repeat, different
         *     content the next revision. `version`, where given as a whole number, is the sender's counter: an older one than
         *     known is taken as a repeat.
         */
        post: {
            parameters: {
                query?: {
                    /** @description needed where the hub has several sites */
                    site?: components["parameters"]["site"];
                };
                header?: {
                    "Idempotency-Key"?: components["parameters"]["idempotency"];
                };
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["Event"];
                };
            };
            responses: {
                /** @description On disk */
                202: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Accepted"];
                    };
                };
                400: components["responses"]["Problem"];
                401: components["responses"]["Problem"];
                415: components["responses"]["Problem"];
                429: components["responses"]["Problem"];
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/status": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Stages, lag, channels and totals */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Where everything stands */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Status"];
                    };
                };
                default: components["responses"]["Problem"];
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/stream": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The status as server-sent events, once per second while it changes
         * @description Event `status` with the body of GET status. At most 64 streams (503 beyond).
         */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description A stream */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "text/event-stream": string;
                    };
                };
                default: components["responses"]["Problem"];
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/exceptions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What waits, or waited, for a person; newest first */
        get: {
            parameters: {
                query?: {
                    /** @description needed where the hub has several sites */
                    site?: components["parameters"]["site"];
                    /** @description only open ones */
                    open?: boolean;
                    /** @description `next` of the page before */
                    before?: string;
                    limit?: number;
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Exceptions */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            exceptions: components["schemas"]["Exception"][];
                            next?: string;
                        };
                    };
                };
                default: components["responses"]["Problem"];
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/exceptions/{id}": {
        parameters: {
            query?: {
                /** @description needed where the hub has several sites */
                site?: components["parameters"]["site"];
            };
            header?: never;
            path: {
                /** @example EX-12 */
                id: components["parameters"]["exception"];
            };
            cookie?: never;
        };
        /** One exception with its payload and the request as it would leave, secrets left out */
        get: {
            parameters: {
                query?: {
                    /** @description needed where the hub has several sites */
                    site?: components["parameters"]["site"];
                };
                header?: never;
                path: {
                    /** @example EX-12 */
                    id: components["parameters"]["exception"];
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description The exception */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ExceptionDetail"];
                    };
                };
                default: components["responses"]["Problem"];
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/exceptions/{id}/preview": {
        parameters: {
            query?: {
                /** @description needed where the hub has several sites */
                site?: components["parameters"]["site"];
            };
            header?: never;
            path: {
                /** @example EX-12 */
                id: components["parameters"]["exception"];
            };
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** The request that a payload would become; sends and stores nothing */
        post: {
            parameters: {
                query?: {
                    /** @description needed where the hub has several sites */
                    site?: components["parameters"]["site"];
                };
                header?: never;
                path: {
                    /** @example EX-12 */
                    id: components["parameters"]["exception"];
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        /** @description default: the present one */
                        payload?: Record<string, unknown>;
                    };
                };
            };
            responses: {
                /** @description The request */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["WireRequest"];
                    };
                };
                default: components["responses"]["Problem"];
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/exceptions/{id}/replay": {
        parameters: {
            query?: {
                /** @description needed where the hub has several sites */
                site?: components["parameters"]["site"];
            };
            header?: {
                "Idempotency-Key"?: components["parameters"]["idempotency"];
            };
            path: {
                /** @example EX-12 */
                id: components["parameters"]["exception"];
            };
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Try again, with another payload where given; both stay in the log */
        post: {
            parameters: {
                query?: {
                    /** @description needed where the hub has several sites */
                    site?: components["parameters"]["site"];
                };
                header?: {
                    "Idempotency-Key"?: components["parameters"]["idempotency"];
                };
                path: {
                    /** @example EX-12 */
                    id: components["parameters"]["exception"];
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        actor: string;
                        reason?: string;
                        /** @description its reference must stay the command's key */
                        payload?: Record<string, unknown>;
                    };
                };
            };
            responses: {
                202: components["responses"]["Asked"];
                409: components["responses"]["Problem"];
                default: components["responses"]["Problem"];
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/exceptions/{id}/resolve": {
        parameters: {
            query?: {
                /** @description needed where the hub has several sites */
                site?: components["parameters"]["site"];
            };
            header?: {
                "Idempotency-Key"?: components["parameters"]["idempotency"];
            };
            path: {
                /** @example EX-12 */
                id: components["parameters"]["exception"];
            };
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Say what nobody could find out, whether the document is at the peer */
        post: {
            parameters: {
                query?: {
                    /** @description needed where the hub has several sites */
                    site?: components["parameters"]["site"];
                };
                header?: {
                    "Idempotency-Key"?: components["parameters"]["idempotency"];
                };
                path: {
                    /** @example EX-12 */
                    id: components["parameters"]["exception"];
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        actor: string;
                        reason: string;
                        /**
                         * @description absent: it is sent again
                         * @enum {unknown}
                         */
                        outcome: "present" | "absent";
                        /** @description required when present */
                        document?: string;
                    };
                };
            };
            responses: {
                202: components["responses"]["Asked"];
                409: components["responses"]["Problem"];
                default: components["responses"]["Problem"];
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/exceptions/{id}/give_up": {
        parameters: {
            query?: {
                /** @description needed where the hub has several sites */
                site?: components["parameters"]["site"];
            };
            header?: {
                "Idempotency-Key"?: components["parameters"]["idempotency"];
            };
            path: {
                /** @example EX-12 */
                id: components["parameters"]["exception"];
            };
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Leave it; the command is withdrawn and the reason kept */
        post: {
            parameters: {
                query?: {
                    /** @description needed where the hub has several sites */
                    site?: components["parameters"]["site"];
                };
                header?: {
                    "Idempotency-Key"?: components["parameters"]["idempotency"];
                };
                path: {
                    /** @example EX-12 */
                    id: components["parameters"]["exception"];
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        actor: string;
                        reason: string;
                    };
                };
            };
            responses: {
                202: components["responses"]["Asked"];
                409: components["responses"]["Problem"];
                default: components["responses"]["Problem"];
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/exceptions/{id}/answer": {
        parameters: {
            query?: {
                /** @description needed where the hub has several sites */
                site?: components["parameters"]["site"];
            };
            header?: {
                "Idempotency-Key"?: components["parameters"]["idempotency"];
            };
            path: {
                /** @example EX-12 */
                id: components["parameters"]["exception"];
            };
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Answer a notice; its details name the choices */
        post: {
            parameters: {
                query?: {
                    /** @description needed where the hub has several sites */
                    site?: components["parameters"]["site"];
                };
                header?: {
                    "Idempotency-Key"?: components["parameters"]["idempotency"];
                };
                path: {
                    /** @example EX-12 */
                    id: components["parameters"]["exception"];
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        actor: string;
                        /** @description one of the choices in the details, or seen */
                        choice: string;
                        reason?: string;
                    };
                };
            };
            responses: {
                202: components["responses"]["Asked"];
                409: components["responses"]["Problem"];
                default: components["responses"]["Problem"];
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/trace/{correlation}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The whole chain of a work order */
        get: {
            parameters: {
                query?: {
                    /** @description needed where the hub has several sites */
                    site?: components["parameters"]["site"];
                };
                header?: never;
                path: {
                    correlation: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Events, commands with attempts, documents, each with its times */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Trace"];
                    };
                };
                default: components["responses"]["Problem"];
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/work-orders": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** All work orders that the hub knows, without their documents */
        get: {
            parameters: {
                query?: {
                    /** @description needed where the hub has several sites */
                    site?: components["parameters"]["site"];
                    /** @example completed */
                    status?: string;
                    /** @example FILLER-01 */
                    asset?: string;
                    /** @description `next` of the page before */
                    after?: string;
                    limit?: number;
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Rows in the order of their numbers */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            work_orders: components["schemas"]["WorkOrderRow"][];
                            next?: string;
                        };
                    };
                };
                default: components["responses"]["Problem"];
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/work-orders/{number}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Where a work order and its documents stand (a read model, a moment behind the log) */
        get: {
            parameters: {
                query?: {
                    /** @description needed where the hub has several sites */
                    site?: components["parameters"]["site"];
                };
                header?: never;
                path: {
                    number: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description The work order */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["WorkOrderRow"];
                    };
                };
                default: components["responses"]["Problem"];
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/cost": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Cost per receiver, asset, month and currency */
        get: {
            parameters: {
                query?: {
                    /** @description needed where the hub has several sites */
                    site?: components["parameters"]["site"];
                    /** @example cost_center:CC-100|2026-11 */
                    prefix?: string;
                    /** @description `next` of the page before */
                    after?: string;
                    limit?: number;
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Rows in the order of their keys */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            rows: components["schemas"]["CostRow"][];
                            next?: string;
                        };
                    };
                };
                default: components["responses"]["Problem"];
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/books": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Every booked document by posting date, which is the hub's side of a reconciliation */
        get: {
            parameters: {
                query?: {
                    /** @description needed where the hub has several sites */
                    site?: components["parameters"]["site"];
                    /** @description first day */
                    from?: string;
                    /** @description last day */
                    to?: string;
                    /** @description `next` of the page before */
                    after?: string;
                    limit?: number;
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Documents in the order of posting date and key */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            documents: components["schemas"]["BookedDocument"][];
                            next?: string;
                        };
                    };
                };
                default: components["responses"]["Problem"];
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/availability": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Parts of open work orders, and from when each can be scheduled
         * @description A page may hold fewer rows than asked for, or none, and still have a `next`.
         */
        get: {
            parameters: {
                query?: {
                    /** @description needed where the hub has several sites */
                    site?: components["parameters"]["site"];
                    /** @example WO-000123 */
                    work_order?: string;
                    /** @example SEAL-9 */
                    part?: string;
                    /** @description only orders that can be scheduled now */
                    ready?: boolean;
                    /** @description only orders that can be scheduled before this day */
                    before?: string;
                    /** @description `next` of the page before */
                    after?: string;
                    limit?: number;
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Orders in the order of their numbers */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            work_orders: components["schemas"]["AvailabilityRow"][];
                            next?: string;
                        };
                    };
                };
                default: components["responses"]["Problem"];
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/stock": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Stock per part and storeroom by the ERP and by the CMMS */
        get: {
            parameters: {
                query?: {
                    /** @description needed where the hub has several sites */
                    site?: components["parameters"]["site"];
                    /** @example SEAL-9 */
                    part?: string;
                    /** @example MAIN */
                    storeroom?: string;
                    /** @description only where the books differ */
                    only_different?: boolean;
                    /** @description `next` of the page before */
                    after?: string;
                    limit?: number;
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Rows in the order of part and storeroom */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            stock: components["schemas"]["StockRow"][];
                            next?: string;
                        };
                    };
                };
                default: components["responses"]["Problem"];
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/stock/advice": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Reorder point and lot that the consumption asks for; excess and dead stock
         * @description Advice only; nothing is changed. From six whole months of consumption on.
         */
        get: {
            parameters: {
                query?: {
                    /** @description needed where the hub has several sites */
                    site?: components["parameters"]["site"];
                    /** @example SEAL-9 */
                    part?: string;
                    /** @example MAIN */
                    storeroom?: string;
                    only?: "reorder" | "excess" | "dead";
                    service_level?: number;
                    order_cost?: number;
                    holding_rate?: number;
                    cover_months?: number;
                    dead_after_days?: number;
                    /** @description `next` of the page before */
                    after?: string;
                    limit?: number;
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Rows in the order of part and storeroom */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            stock: components["schemas"]["StockAdvice"][];
                            next?: string;
                        };
                    };
                };
                default: components["responses"]["Problem"];
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/requisitions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Requisitions as the ERP told last, with the confirmed date of their order */
        get: {
            parameters: {
                query?: {
                    /** @description needed where the hub has several sites */
                    site?: components["parameters"]["site"];
                    /** @description in approval */
                    open?: boolean;
                    /** @example SEAL-9 */
                    part?: string;
                    /** @example MAIN */
                    storeroom?: string;
                    /** @example WO-000123 */
                    work_order?: string;
                    /** @description `next` of the page before */
                    after?: string;
                    limit?: number;
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Requisitions in the order of their numbers */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            requisitions: components["schemas"]["RequisitionRow"][];
                            next?: string;
                        };
                    };
                };
                default: components["responses"]["Problem"];
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/webhooks/{connector}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * A peer tells that objects changed; they are read again
         * @description Signed as the connector's peer signs; needs no token. Answered once every hint is on disk.
         */
        post: {
            parameters: {
                query?: {
                    /** @description needed where the hub has several sites */
                    site?: components["parameters"]["site"];
                };
                header?: never;
                path: {
                    connector: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": unknown;
                };
            };
            responses: {
                /** @description On disk */
                202: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            hints: number;
                        };
                    };
                };
                401: components["responses"]["Problem"];
                default: components["responses"]["Problem"];
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/session": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Who am I, and what am I allowed to do
         * @description Open to everybody. `sign_in` is `off` where the configuration has no `identity:`: everybody may do what the
         *     token allows. With `on`, the other routes want the session cookie or a token with the scope; each route's roles
         *     and scope stand in the table of src/api/README.md. 401: sign in; 403: signed in, but not allowed, or the CSRF
         *     token is missing.
         */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description The session */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Session"];
                    };
                };
                default: components["responses"]["Problem"];
            };
        };
        put?: never;
        /**
         * Sign in by name and password
         * @description Sets the cookie `tieline_session` (HttpOnly, SameSite=Strict) under a new id. Every later write with the cookie
         *     sends the `csrf` of the answer as header `X-CSRF-Token`. A wrong name and a wrong password are answered alike
         *     (401 `wrong_sign_in`). After 5 failures per name, or 20 per address, each further one doubles a pause up to 15
         *     minutes: 429 `locked` with Retry-After.
         */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        name: string;
                        password: string;
                    };
                };
            };
            responses: {
                /** @description Signed in */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Session"];
                    };
                };
                401: components["responses"]["Problem"];
                429: components["responses"]["Problem"];
                default: components["responses"]["Problem"];
            };
        };
        /** Sign out; the cookie is worth nothing from then on */
        delete: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Signed out */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": Record<string, unknown>;
                    };
                };
                default: components["responses"]["Problem"];
            };
        };
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/session/link": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Use a one-time link, choose a password, be signed in
         * @description The link is `/sign-in#<code>`; the code stands behind the '#', so that no server log shows it. The first
         *     administrator chooses a name too; everybody else has the one that was given. A link works once (404
         *     `unknown_link` afterwards, or when it is too old).
         */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        code: string;
                        password: string;
                        /** @description of the first administrator */
                        name?: string;
                        full_name?: string;
                    };
                };
            };
            responses: {
                /** @description Signed in */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Session"];
                    };
                };
                default: components["responses"]["Problem"];
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/session/password": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Change my password; my other sessions end */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        password: string;
                        new_password: string;
                    };
                };
            };
            responses: {
                /** @description Changed; the session has a new id */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Session"];
                    };
                };
                default: components["responses"]["Problem"];
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/people": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Everybody who may sign in */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description In the order of their names */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            people: components["schemas"]["Person"][];
                        };
                    };
                };
                default: components["responses"]["Problem"];
            };
        };
        put?: never;
        /** Invite somebody; the answer has the one-time link, shown this once */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        name: string;
                        full_name?: string;
                        roles: components["schemas"]["Roles"];
                        /** @description who this is in the CMMS */
                        person_code?: string;
                        /** @description of their hours, where they do not say another */
                        craft?: string;
                    };
                };
            };
            responses: {
                /** @description Invited */
                201: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Invited"];
                    };
                };
                409: components["responses"]["Problem"];
                default: components["responses"]["Problem"];
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/people/{name}": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                name: string;
            };
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Change roles, names or whether they may sign in
         * @description Only the members given. Roles count from the next request on; who is disabled is signed out at once. The last
         *     administrator stays one (409 `last_administrator`).
         */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    name: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        full_name?: string;
                        roles?: components["schemas"]["Roles"];
                        person_code?: string;
                        craft?: string;
                        disabled?: boolean;
                    };
                };
            };
            responses: {
                /** @description As it is now */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Person"];
                    };
                };
                default: components["responses"]["Problem"];
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/people/{name}/link": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                name: string;
            };
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** A new one-time link for somebody who lost theirs or forgot the password; older ones end */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    name: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": Record<string, unknown>;
                };
            };
            responses: {
                /** @description The link */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Invited"];
                    };
                };
                default: components["responses"]["Problem"];
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/tokens": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Tokens of machines, without their secrets */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Newest first */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            tokens: components["schemas"]["ApiToken"][];
                        };
                    };
                };
                default: components["responses"]["Problem"];
            };
        };
        put?: never;
        /** A token for a machine; the answer has it, shown this once */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        /** @description what it is for */
                        name: string;
                        scope: components["schemas"]["Scope"];
                        /** @description it expires after so many days */
                        days: number;
                    };
                };
            };
            responses: {
                /** @description Made */
                201: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ApiToken"] & {
                            token: string;
                        };
                    };
                };
                default: components["responses"]["Problem"];
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/tokens/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /** Revoke a token */
        delete: {
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
                /** @description Revoked */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": Record<string, unknown>;
                    };
                };
                default: components["responses"]["Problem"];
            };
        };
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/technician/work": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Orders that a technician may work on; what changed since the cursor
         * @description Without a cursor all open ones (released, in progress, reopened; approved and requested ones with `scope=all`).
         *     `gone` names orders that were shown before and are no longer open. Go on with `cursor` at once while `more`.
         */
        get: {
            parameters: {
                query?: {
                    /** @description needed where the hub has several sites */
                    site?: components["parameters"]["site"];
                    /** @description mine: assigned to me or begun by me; team: every order that can be worked on; all: approved and requested ones too */
                    scope?: "mine" | "team" | "all";
                    cursor?: string;
                    limit?: number;
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Orders, in the order in which they changed */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Work"];
                    };
                };
                default: components["responses"]["Problem"];
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/technician/work/{number}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One order as the CMMS told last; ETag is its version */
        get: {
            parameters: {
                query?: {
                    /** @description needed where the hub has several sites */
                    site?: components["parameters"]["site"];
                };
                header?: never;
                path: {
                    number: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description The order */
                200: {
                    headers: {
                        ETag?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Job"];
                    };
                };
                default: components["responses"]["Problem"];
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/technician/codes": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Failure modes, mechanisms, causes and remedies to choose from (ISO 14224) */
        get: {
            parameters: {
                query?: {
                    /** @description needed where the hub has several sites */
                    site?: components["parameters"]["site"];
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Lists of codes */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["FailureCodes"];
                    };
                };
                default: components["responses"]["Problem"];
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/technician/actions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What became of my actions, in the order of their ids (of UUIDs version 7, of time) */
        get: {
            parameters: {
                query?: {
                    /** @description needed where the hub has several sites */
                    site?: components["parameters"]["site"];
                    /** @description only these: at most 100 ids with commas between */
                    ids?: string;
                    /** @description an id, or `next` of the page before */
                    after?: string;
                    limit?: number;
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Actions */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            actions: components["schemas"]["ActionState"][];
                            next?: string;
                        };
                    };
                };
                default: components["responses"]["Problem"];
            };
        };
        put?: never;
        /**
         * One thing that a technician did
         * @description Answered with 202 once it is on disk; from then on the hub carries it to the CMMS exactly once, in the order in
         *     which the actions of one work order came. `Idempotency-Key` is required: the outbox id, a UUID (version 7). The
         *     same key with the same body gives the stored answer (200, header `Idempotent-Replayed: true`), with another body
         *     422 `key_reused`. An action that sets a value (start, pause, finish, check, failure) is refused with 412 `stale`
         *     and the present document in `current` when somebody else has set it to something else since the version in
         *     If-Match, or when the order's state no longer allows it; without If-Match only the state is looked at. What only
         *     adds a fact (labor, part, return, note, photo, signature, reading, report) is never stale.
         */
        post: {
            parameters: {
                query?: {
                    /** @description needed where the hub has several sites */
                    site?: components["parameters"]["site"];
                };
                header: {
                    "Idempotency-Key": string;
                    /** @description version of the order as the phone saw it */
                    "If-Match"?: string;
                };
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["Action"];
                };
            };
            responses: {
                /** @description The same action again */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ActionState"];
                    };
                };
                /** @description On disk */
                202: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ActionState"];
                    };
                };
                /** @description Somebody else was faster */
                412: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/problem+json": components["schemas"]["Stale"];
                    };
                };
                422: components["responses"]["Problem"];
                default: components["responses"]["Problem"];
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/technician/photos": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Announce a photo, or ask how much of it is here
         * @description The same announcement again gives the same answer with what has arrived. Metadata is to be removed on the phone;
         *     the hub refuses a JPEG that still carries a position (422 `has_position`).
         */
        post: {
            parameters: {
                query?: {
                    /** @description needed where the hub has several sites */
                    site?: components["parameters"]["site"];
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        /** Format: uuid */
                        id: string;
                        /** @description none for a photo of a fault report */
                        work_order?: string;
                        bytes: number;
                        sha256: string;
                        /** @enum {unknown} */
                        type: "image/jpeg" | "image/png" | "image/webp";
                        /** Format: date-time */
                        taken_at?: string;
                    };
                };
            };
            responses: {
                /** @description Known already */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Photo"];
                    };
                };
                /** @description Send the parts */
                201: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Photo"];
                    };
                };
                default: components["responses"]["Problem"];
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/technician/photos/{id}": {
        parameters: {
            query?: {
                /** @description needed where the hub has several sites */
                site?: components["parameters"]["site"];
            };
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        /** How much of it is here */
        get: {
            parameters: {
                query?: {
                    /** @description needed where the hub has several sites */
                    site?: components["parameters"]["site"];
                };
                header?: never;
                path: {
                    id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description The photo's state */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Photo"];
                    };
                };
                default: components["responses"]["Problem"];
            };
        };
        /**
         * The next part; resume at `received`
         * @description 409 `wrong_offset` with `received` when the offset is not what is here. With the last part length, SHA-256 and
         *     the kind of picture are checked (422, and it starts anew).
         */
        put: {
            parameters: {
                query: {
                    /** @description needed where the hub has several sites */
                    site?: components["parameters"]["site"];
                    offset: number;
                };
                header?: never;
                path: {
                    id: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/octet-stream": string;
                };
            };
            responses: {
                /** @description Kept */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Photo"];
                    };
                };
                default: components["responses"]["Problem"];
            };
        };
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/technician/photos/{id}/content": {
        parameters: {
            query?: {
                /** @description needed where the hub has several sites */
                site?: components["parameters"]["site"];
            };
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        /**
         * The picture
         * @description For who sent it, who is assigned to its order, and planners, quality, auditors, administrators (403).
         */
        get: {
            parameters: {
                query?: {
                    /** @description needed where the hub has several sites */
                    site?: components["parameters"]["site"];
                };
                header?: never;
                path: {
                    id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description The picture */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "image/*": string;
                    };
                };
                default: components["responses"]["Problem"];
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/technician/location": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /**
         * Where I am, while I work
         * @description Shared only by the person's own consent and only while they work on an order (409 `not_working` otherwise). It is
         *     kept in memory, the last place only, at most 12 hours, never in the log; pausing or finishing hides it.
         */
        put: {
            parameters: {
                query?: {
                    /** @description needed where the hub has several sites */
                    site?: components["parameters"]["site"];
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        zone?: string;
                        /** @description the asset whose tag was scanned */
                        asset?: string;
                        /** @enum {unknown} */
                        by: "scan" | "zone_code" | "beacon" | "chosen";
                        /** Format: date-time */
                        at: string;
                        /** @description what the phone's clock is behind the hub's */
                        clock_offset_ms?: number;
                    };
                };
            };
            responses: {
                /** @description Shared */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": Record<string, unknown>;
                    };
                };
                default: components["responses"]["Problem"];
            };
        };
        post?: never;
        /** Stop sharing where I am */
        delete: {
            parameters: {
                query?: {
                    /** @description needed where the hub has several sites */
                    site?: components["parameters"]["site"];
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Forgotten */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": Record<string, unknown>;
                    };
                };
                default: components["responses"]["Problem"];
            };
        };
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/settings": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Connections with the fields of their systems, and the alerts of budgets; never a secret */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description As they would count after a reload */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Settings"];
                    };
                };
                default: components["responses"]["Problem"];
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/settings/connectors/{name}/probe": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Ask the peer, with these values in place of the present ones; changes nothing */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    name: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        settings: components["schemas"]["SettingValues"];
                    };
                };
            };
            responses: {
                /** @description Who answered, and with what rights */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            system: string;
                            holds: boolean;
                            rights: string[];
                            missing: string[];
                        };
                    };
                };
                default: components["responses"]["Problem"];
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/settings/connectors/{name}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /**
         * Keep values of a connection; they count from the next reload on
         * @description The whole configuration is read with them first; where it would be wrong, nothing is kept. They stand in
         *     settings.json in the data folder and count over tieline.yaml, which is not touched. The log keeps who changed
         *     what, and why. Null gives a field back to the file.
         */
        put: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    name: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        settings: components["schemas"]["SettingValues"];
                        reason: string;
                    };
                };
            };
            responses: {
                /** @description Kept */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": Record<string, unknown>;
                    };
                };
                default: components["responses"]["Problem"];
            };
        };
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/settings/thresholds": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /** At which percentages budgets of the site alert */
        put: {
            parameters: {
                query?: {
                    /** @description needed where the hub has several sites */
                    site?: components["parameters"]["site"];
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        thresholds: number[];
                        reason: string;
                    };
                };
            };
            responses: {
                /** @description Kept */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": Record<string, unknown>;
                    };
                };
                default: components["responses"]["Problem"];
            };
        };
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/settings/reload": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Start the hub anew with what was kept; it is away for a second or two */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: {
                content: {
                    "application/json": Record<string, unknown>;
                };
            };
            responses: {
                /** @description It ends its present work and starts anew */
                202: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": Record<string, unknown>;
                    };
                };
                default: components["responses"]["Problem"];
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/board": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Open orders, those done in the last 24 hours, and who works on what since when, and where */
        get: {
            parameters: {
                query?: {
                    /** @description needed where the hub has several sites */
                    site?: components["parameters"]["site"];
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description The board */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Board"];
                    };
                };
                default: components["responses"]["Problem"];
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/floor-plan": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The plant's zones and where they lie on its plan */
        get: {
            parameters: {
                query?: {
                    /** @description needed where the hub has several sites */
                    site?: components["parameters"]["site"];
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Zones */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            /** @description whether floor-plan/picture has one */
                            picture: boolean;
                            zones: {
                                code: string;
                                name: string;
                                x: number;
                                y: number;
                                width: number;
                                height: number;
                            }[];
                        };
                    };
                };
                default: components["responses"]["Problem"];
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/floor-plan/picture": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The picture of the plan */
        get: {
            parameters: {
                query?: {
                    /** @description needed where the hub has several sites */
                    site?: components["parameters"]["site"];
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description The picture */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "image/*": string;
                    };
                };
                default: components["responses"]["Problem"];
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/assets": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What people said assets are worth */
        get: {
            parameters: {
                query?: {
                    /** @description needed where the hub has several sites */
                    site?: components["parameters"]["site"];
                    /** @description `next` of the page before */
                    after?: string;
                    limit?: number;
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Facts of assets, by code */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            assets: components["schemas"]["AssetFacts"][];
                            next?: string;
                        };
                    };
                };
                default: components["responses"]["Problem"];
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/assets/{asset}/facts": {
        parameters: {
            query?: {
                /** @description needed where the hub has several sites */
                site?: components["parameters"]["site"];
            };
            header?: never;
            path: {
                asset: string;
            };
            cookie?: never;
        };
        get?: never;
        /** Say what an asset is worth; the log keeps who said it and why */
        put: {
            parameters: {
                query?: {
                    /** @description needed where the hub has several sites */
                    site?: components["parameters"]["site"];
                };
                header?: never;
                path: {
                    asset: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        replacement_value: components["schemas"]["Decimal"];
                        currency: string;
                        /** Format: date */
                        in_service?: string;
                        /** @description expected life of a new one */
                        life_years?: number;
                        reason: string;
                    };
                };
            };
            responses: {
                /** @description In the log */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["AssetFacts"];
                    };
                };
                default: components["responses"]["Problem"];
            };
        };
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/healthz": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Whether the process lives */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description alive */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": Record<string, unknown>;
                    };
                };
                503: components["responses"]["Problem"];
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/readyz": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Whether the engine takes turns and its store answers */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description ready */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": Record<string, unknown>;
                    };
                };
                503: components["responses"]["Problem"];
            };
        };
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
        /** Prometheus text */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description metrics */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "text/plain": string;
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The console; every other path that a browser asks for is a place in it, /tech/ is the technician app */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description a page */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "text/html": string;
                    };
                };
            };
        };
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
        Decimal: string;
        Problem: {
            /** @example urn:tieline:problem:negative_hours */
            type: string;
            title: string;
            status: number;
            code: string;
            /** @example data.lines[2].hours */
            field?: string;
            detail: string;
        };
        Event: {
            /** @enum {unknown} */
            type: "workorder.requested" | "workorder.approved" | "workorder.released" | "workorder.started" | "workorder.completed" | "workorder.closed" | "workorder.cancelled" | "workorder.reopened" | "part.consumed" | "part.returned" | "invoice.received" | "rate.published";
            /** @description the object's number; of a work order data.number, of a part transaction data.transaction */
            subject: string;
            /** @description a canonical work order (src/model/README.md), or a part transaction, invoice or rate (docs/commands.md) */
            data: Record<string, unknown>;
            /** @default api */
            source: string;
            /**
             * Format: date-time
             * @description when it happened; default: now
             */
            time?: string;
            site?: string;
            /** @description default: the work order's number */
            correlation?: string;
            version?: string;
            /** @description allowed */
            specversion?: string;
            /** @description allowed */
            id?: string;
            /** @description allowed */
            datacontenttype?: string;
        };
        Accepted: {
            /** @example cmms:WO-000123:2 */
            id: string;
            /** @description 0 when repeated */
            seq: number;
            revision: number;
            repeated: boolean;
        };
        StoredEvent: {
            seq: number;
            id: string;
            source: string;
            type: string;
            subject: string;
            site: string;
            /** Format: date-time */
            time: string;
            /** Format: date-time */
            recorded: string;
            correlation?: string;
            cause?: string;
            data: unknown;
        };
        Exception: {
            id: string;
            /** @example rejected */
            kind: string;
            /** @example period_closed */
            code: string;
            subject: string;
            correlation?: string;
            flow?: string;
            flow_key?: string;
            command?: string;
            reason: string;
            fix: string;
            /** @enum {unknown} */
            state: "open" | "closed";
            /** Format: date-time */
            opened: string;
            /** Format: date-time */
            closed?: string;
            resolution?: string;
        };
        ExceptionDetail: components["schemas"]["Exception"] & {
            details?: unknown;
            kind_of_command?: string;
            command_state?: string;
            attempts?: number;
            payload?: unknown;
            preview?: components["schemas"]["WireRequest"];
            preview_error?: string;
        };
        WireRequest: {
            method: string;
            url: string;
            headers: {
                [key: string]: string;
            };
            body: unknown;
        };
        Trace: {
            correlation: string;
            site: string;
            events: components["schemas"]["StoredEvent"][];
            commands: {
                key?: string;
                kind?: string;
                noun?: string;
                connector?: string;
                flow?: string;
                state?: string;
                intent?: number;
                attempts?: number;
                /** Format: date-time */
                created?: string;
                cause?: string;
                document?: string;
                last_error?: string;
                last_code?: string;
                payload?: unknown;
            }[];
            documents: {
                document?: string;
                kind?: string;
                connector?: string;
                key?: string;
                amount?: components["schemas"]["Decimal"];
                currency?: string;
                /** Format: date-time */
                booked?: string;
            }[];
        };
        SettingValues: {
            [key: string]: string | number | boolean | null;
        };
        Settings: {
            file: string;
            /** @description something was changed that counts only after a reload */
            pending: boolean;
            /** @description why the file cannot be read as it stands now */
            problem?: string;
            connectors: {
                name: string;
                system: string;
                title: string;
                tested_with: string;
                sites: string[];
                fields: {
                    name: string;
                    /** @enum {unknown} */
                    kind: "text" | "url" | "integer" | "boolean" | "secret" | "duration" | "file";
                    required: boolean;
                    fallback: string;
                    help: string;
                    value?: string;
                    /** @enum {unknown} */
                    from: "file" | "console" | "default";
                }[];
            }[];
            sites: {
                id: string;
                name: string;
                thresholds?: number[];
            }[];
        };
        AssetFacts: {
            asset: string;
            replacement_value: components["schemas"]["Decimal"];
            currency: string;
            /** Format: date */
            in_service?: string;
            life_years?: number;
            reason?: string;
            actor?: string;
            /** Format: date-time */
            said?: string;
        };
        Board: {
            /** Format: date-time */
            as_of: string;
            /** @description there are more than the board shows */
            cut: boolean;
            orders: {
                number: string;
                status: string;
                title?: string;
                order_type?: string;
                priority?: number;
                asset?: string;
                asset_name?: string;
                zone?: string;
                /** Format: date-time */
                due_at?: string;
                /** Format: date-time */
                scheduled_start?: string;
                /** Format: date-time */
                started_at?: string;
                /** Format: date-time */
                completed_at?: string;
                assigned?: string[];
                working?: string[];
                parts_state?: string;
            }[];
            people: {
                /** @description the person's code in the CMMS */
                code: string;
                /** @description none where the hub does not know them */
                name?: string;
                /** @enum {unknown} */
                state: "working" | "paused" | "free";
                work_order?: string;
                /** Format: date-time */
                since?: string;
                place?: {
                    zone?: string;
                    asset?: string;
                    /** @enum {unknown} */
                    by: "scan" | "zone_code" | "beacon" | "chosen";
                    /** Format: date-time */
                    at: string;
                };
            }[];
        };
        WorkOrderRow: {
            number: string;
            status?: string;
            asset?: string;
            title?: string;
            order_type?: string;
            /**
             * Format: date-time
             * @description when it first got so far, as the CMMS says
             */
            requested_at?: string;
            /** Format: date-time */
            approved_at?: string;
            /** Format: date-time */
            released_at?: string;
            /** Format: date-time */
            started_at?: string;
            completed_at?: string;
            /** Format: date-time */
            due_at?: string;
            /** Format: date-time */
            scheduled_start?: string;
            /** @description preventive plan that made it */
            plan?: string;
            /** Format: date */
            plan_due?: string;
            planned_cost?: components["schemas"]["Decimal"];
            /** @description of the planned cost */
            currency?: string;
            /** @example cost_center:CC-100 */
            receiver?: string;
            /** @description labor of the newest snapshot */
            hours?: string;
            erp_order?: string;
            revision?: string;
            settled?: boolean;
            /** @description changes when something that bears on the cost of a done order does */
            cost?: string;
            documents?: {
                key?: string;
                noun?: string;
                kind?: string;
                slot?: string;
                document?: string;
                state?: string;
                amount?: components["schemas"]["Decimal"];
                currency?: string;
                reason?: string;
                /** Format: date-time */
                time?: string;
            }[];
            documents_left_out?: number;
            totals?: {
                currency?: string;
                posted?: components["schemas"]["Decimal"];
            }[];
            last_event?: {
                seq?: number;
                type?: string;
                /** Format: date-time */
                time?: string;
            };
        };
        BookedDocument: {
            key: string;
            /** Format: date */
            date: string;
            /** @example cost */
            noun: string;
            /** @example journal.post */
            kind?: string;
            document?: string;
            connector?: string;
            /** @description usually the work order */
            story?: string;
            amount?: components["schemas"]["Decimal"];
            currency?: string;
            company_code?: string;
            part?: string;
            storeroom?: string;
            quantity?: components["schemas"]["Decimal"];
            unit?: string;
            base_quantity?: components["schemas"]["Decimal"];
            base_unit?: string;
            slot?: string;
            seq?: number;
        };
        AvailabilityRow: {
            work_order: string;
            status?: string;
            title?: string;
            asset?: string;
            scheduled_start?: string;
            /** @description can be scheduled now */
            ready?: boolean;
            /**
             * Format: date
             * @description can be scheduled from this day
             */
            ready_on?: string;
            /** @enum {string} */
            state?: "available" | "partly" | "due_on" | "late" | "none" | "not_needed";
            lines: components["schemas"]["AvailabilityLine"][];
        };
        AvailabilityLine: {
            line: string;
            part: string;
            storeroom: string;
            planned?: components["schemas"]["Decimal"];
            issued?: components["schemas"]["Decimal"];
            /** @description still wanted */
            quantity?: string;
            unit?: string;
            /** Format: date */
            needed_on?: string;
            /** @description of this quantity */
            on_hand?: string;
            reserved_for_others?: components["schemas"]["Decimal"];
            on_order?: components["schemas"]["Decimal"];
            /**
             * Format: date
             * @description confirmed for
             */
            due?: string;
            missing?: components["schemas"]["Decimal"];
            /** @enum {string} */
            state?: "available" | "due_on" | "late" | "none";
            requisition?: string;
            order?: string;
            reason?: string;
        };
        StockRow: {
            part: string;
            storeroom: string;
            on_hand?: components["schemas"]["Decimal"];
            reserved?: components["schemas"]["Decimal"];
            on_order?: components["schemas"]["Decimal"];
            on_requisition?: components["schemas"]["Decimal"];
            /** @description on hand + on order + on requisition - reserved */
            position: string;
            unit?: string;
            value?: components["schemas"]["Decimal"];
            currency?: string;
            cmms_balance?: components["schemas"]["Decimal"];
            /** Format: date */
            last_movement?: string;
            /** Format: date */
            since?: string;
            planning?: Record<string, unknown>;
            /** @description erp, expected, difference, cmms, cmms_difference, pending */
            compared?: Record<string, unknown>;
        };
        StockAdvice: {
            part: string;
            storeroom: string;
            unit?: string;
            on_hand?: components["schemas"]["Decimal"];
            value?: components["schemas"]["Decimal"];
            currency?: string;
            planning?: Record<string, unknown>;
            /** @description quantity per month */
            consumption?: Record<string, unknown>;
            /** @description method none, normal or poisson; reason; reorder_point, safety_stock, lot, order_up_to, monthly_mean, monthly_deviation, lead_days, lead_deviation_days */
            advice: Record<string, unknown>;
            /** @description kind none, excess or dead; quantity, value, reason */
            idle: Record<string, unknown>;
        };
        RequisitionRow: {
            requisition: string;
            part?: string;
            storeroom?: string;
            quantity?: components["schemas"]["Decimal"];
            unit?: string;
            /** Format: date */
            delivery_date?: string;
            /** @enum {string} */
            status?: "in_approval" | "approved" | "ordered" | "closed" | "rejected" | "cancelled";
            approver?: string;
            approved_by?: string;
            rejected_by?: string;
            reason?: string;
            work_orders?: string[];
            purchase_order?: string;
            item?: string;
            order_status?: string;
            /** Format: date */
            confirmed_date?: string;
            received?: components["schemas"]["Decimal"];
            amount?: components["schemas"]["Decimal"];
            currency?: string;
            reference?: string;
            steps?: Record<string, unknown>[];
        };
        CostRow: {
            /** @example cost_center:CC-100|2026-11|EUR */
            key: string;
            posted: components["schemas"]["Decimal"];
            reversed: components["schemas"]["Decimal"];
            net: components["schemas"]["Decimal"];
            documents: number;
        };
        Status: {
            node: string;
            /** Format: date-time */
            started: string;
            sites: {
                site?: string;
                name?: string;
                head?: number;
                decided?: number;
                lag?: {
                    undecided_events?: number;
                    unshown_events?: number;
                    open_commands?: number;
                };
                open_exceptions?: number;
                stages?: {
                    [key: string]: unknown;
                };
                last_events?: {
                    seq?: number;
                    type?: string;
                    subject?: string;
                    correlation?: string;
                    /** Format: date-time */
                    time?: string;
                }[];
            }[];
            since_start: {
                [key: string]: number;
            };
            channels: {
                site?: string;
                connector?: string;
                state?: string;
                in_flight?: number;
                last_error?: string;
                /** Format: date-time */
                last_success?: string;
            }[];
        };
        /** @enum {unknown} */
        Role: "technician" | "planner" | "storekeeper" | "controller" | "quality" | "auditor" | "integrator" | "administrator";
        Roles: components["schemas"]["Role"][];
        /** @description read: every GET but those of people, tokens and technicians; events: push events; exceptions: replay, resolve, answer */
        Scope: ("read" | "events" | "exceptions")[];
        Session: {
            /** @enum {unknown} */
            sign_in: "on" | "off";
            signed_in: boolean;
            name?: string;
            full_name?: string;
            roles?: components["schemas"]["Role"][];
            person_code?: string;
            craft?: string;
            /** @description to send as X-CSRF-Token with every write */
            csrf?: string;
            /**
             * Format: date-time
             * @description when it ends at the latest
             */
            expires?: string;
            /** @description it ends earlier when nothing is asked for so long */
            idle_seconds?: number;
            /** @description name of the machine's token that was sent instead of a cookie */
            token?: string;
        };
        Person: {
            name: string;
            full_name?: string;
            roles: components["schemas"]["Role"][];
            person_code?: string;
            craft?: string;
            /** @enum {unknown} */
            state: "invited" | "active" | "disabled";
            /** Format: date-time */
            created?: string;
            /** Format: date-time */
            last_sign_in?: string;
        };
        Invited: {
            person: components["schemas"]["Person"];
            /** @description path and code: /sign-in#<code>; to be handed over in person or by mail */
            link: string;
            /** Format: date-time */
            expires: string;
        };
        ApiToken: {
            id: string;
            name: string;
            scope: components["schemas"]["Scope"];
            /** Format: date-time */
            created: string;
            created_by?: string;
            /** Format: date-time */
            expires: string;
        };
        Work: {
            work: components["schemas"]["Job"][];
            /** @description numbers */
            gone: string[];
            cursor: string;
            more: boolean;
            /**
             * Format: date-time
             * @description the hub's time
             */
            as_of?: string;
        };
        Job: {
            number: string;
            /** @description the place of its last change in the hub's log; also its ETag */
            version: number;
            /** @enum {unknown} */
            status: "requested" | "approved" | "released" | "in_progress" | "completed" | "closed" | "cancelled" | "reopened";
            mine?: boolean;
            title?: string;
            description?: string;
            order_type?: string;
            priority?: number;
            asset?: string;
            asset_name?: string;
            /** @description where it is */
            zone?: string;
            /** Format: date-time */
            due_at?: string;
            /** Format: date-time */
            scheduled_start?: string;
            /** Format: date-time */
            started_at?: string;
            /** @description codes of persons in the CMMS */
            assigned?: string[];
            /** @description who has started and neither paused nor finished */
            working?: string[];
            erp_order?: string;
            /** @enum {string} */
            parts_state?: "available" | "partly" | "due_on" | "late" | "none" | "not_needed";
            parts?: {
                line: string;
                part?: string;
                description?: string;
                quantity: components["schemas"]["Decimal"];
                unit?: string;
                storeroom?: string;
                issued?: components["schemas"]["Decimal"];
                state?: string;
                /** Format: date */
                due?: string;
            }[];
            /** @description parts taken and brought back (negative) */
            used?: {
                transaction?: string;
                part?: string;
                quantity?: components["schemas"]["Decimal"];
                unit?: string;
                storeroom?: string;
            }[];
            checklist?: {
                step: number;
                text: string;
                /** @enum {unknown} */
                type: "check" | "number" | "text" | "choice";
                required?: boolean;
                unit?: string;
                min?: components["schemas"]["Decimal"];
                max?: components["schemas"]["Decimal"];
                choices?: string[];
                /** @description check: yes, no or na; absent while it is not filled in */
                value?: string;
                done_by?: string;
                /** Format: date-time */
                done_at?: string;
            }[];
            labor?: {
                person?: string;
                craft?: string;
                hours?: components["schemas"]["Decimal"];
            }[];
            notes?: {
                text?: string;
                by?: string;
                at?: string;
            }[];
            attachments?: {
                /** @description the photo's id where it came from a phone */
                id?: string;
                name?: string;
                caption?: string;
                type?: string;
                bytes?: number;
                by?: string;
                /** Format: date-time */
                at?: string;
            }[];
            failure?: {
                mode?: string;
                mechanism?: string;
                cause?: string;
                remedy?: string;
            };
            signatures?: {
                name?: string;
                by?: string;
                at?: string;
            }[];
            meters?: {
                meter?: string;
                value?: string;
                unit?: string;
            }[];
        };
        FailureCodes: {
            modes: components["schemas"]["Code"][];
            mechanisms: components["schemas"]["Code"][];
            causes: components["schemas"]["Code"][];
            remedies: components["schemas"]["Code"][];
        };
        Code: {
            code: string;
            name: string;
        };
        /** @description Members besides kind, work_order, at, clock_offset_ms and app are those of the kind; others are refused. start, pause: note?. finish: note?, remedy?. labor: hours, craft?, started_at?, ended_at?. check: step, value. part: part, quantity, storeroom, unit?, line?, lot?, serials?. return: part, quantity, storeroom, unit?, lot?, serials?. note: text. photo: photo, caption?, step?. signature: name, meaning?, photo?. failure: mode, mechanism, cause, remedy?, text?. reading: meter, value, unit?. report (no work_order): asset, title, text?, priority?, mode?, photos?. */
        Action: {
            /** @enum {unknown} */
            kind: "start" | "pause" | "finish" | "labor" | "check" | "part" | "return" | "note" | "photo" | "signature" | "failure" | "reading" | "report";
            /** @description of every kind but report */
            work_order?: string;
            /**
             * Format: date-time
             * @description when it was done
             */
            at: string;
            /** @description hub's clock less phone's, where the phone knows it */
            clock_offset_ms?: number;
            app?: string;
            note?: string;
            text?: string;
            hours?: components["schemas"]["Decimal"];
            craft?: string;
            /** Format: date-time */
            started_at?: string;
            /** Format: date-time */
            ended_at?: string;
            step?: number;
            /** @description check: as the step's type asks; reading: a decimal */
            value?: string;
            part?: string;
            quantity?: components["schemas"]["Decimal"];
            unit?: string;
            storeroom?: string;
            /** @description of the planned parts */
            line?: string;
            lot?: string;
            serials?: string[];
            /** Format: uuid */
            photo?: string;
            photos?: string[];
            caption?: string;
            name?: string;
            /** @description what is signed for, like: work done */
            meaning?: string;
            mode?: string;
            mechanism?: string;
            cause?: string;
            remedy?: string;
            meter?: string;
            asset?: string;
            title?: string;
            priority?: number;
        };
        ActionState: {
            /** Format: uuid */
            id: string;
            kind: string;
            /** @description of a report: the request that it became, once known */
            work_order?: string;
            /**
             * @description received: on the hub's disk. sent: the CMMS has it. posted: the ERP has booked it (part, return, labor, finish only). refused: the CMMS refused it, see reason; a person can mend it (exception). conflict: somebody else set the value first. needs_person: nobody knows whether the CMMS has it
             * @enum {unknown}
             */
            state: "received" | "sent" | "posted" | "refused" | "conflict" | "needs_person";
            /** @description the CMMS's number for it */
            document?: string;
            erp_document?: string;
            reason?: string;
            /** Format: date-time */
            at?: string;
            /** Format: date-time */
            received: string;
            /** Format: date-time */
            sent?: string;
        };
        Stale: components["schemas"]["Problem"] & {
            current: components["schemas"]["Job"];
        };
        Photo: {
            /** Format: uuid */
            id: string;
            work_order?: string;
            type?: string;
            bytes: number;
            /** @description offset of the next part */
            received: number;
            complete: boolean;
        };
    };
    responses: {
        /** @description What happened and what to do */
        Problem: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description The request is on disk; GET the exception tells what became of it */
        Asked: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/json": {
                    exception?: string;
                    asked?: string;
                };
            };
        };
    };
    parameters: {
        /** @description needed where the hub has several sites */
        site: string;
        /** @example EX-12 */
        exception: string;
        idempotency: string;
    };
    requestBodies: never;
    headers: never;
    pathItems: never;
}
export type $defs = Record<string, never>;
export type operations = Record<string, never>;
