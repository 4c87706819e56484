/** An event of the router, as the stream of the admin API sends it. */
export interface RouterEvent {
	readonly type: string;
	readonly at: number;
	readonly [field: string]: unknown;
}
