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
