/** A URL that says until when it is subscribed (ms epoch) and for which agent, in case nobody is there then to unsubscribe it. */
export function expiringUrl(url: string, agentId: string, instance: string, expires: number): string {
	const expiring = new URL(url);
	expiring.searchParams.set('agent', agentId);
	expiring.searchParams.set('instance', instance);
	expiring.searchParams.set('expires', String(expires));
	return expiring.href;
}

/**
 * Whether a URL was subscribed by this n8n for a time that is over.
 * @param ownUrl any URL of this n8n
 */
export function isExpired(url: string, ownUrl: string, instance: string): boolean {
	if (!URL.canParse(url)) return false;
	const { host, searchParams } = new URL(url);
	const expires = searchParams.get('expires');
	const isOwn = host === new URL(ownUrl).host && searchParams.get('instance') === instance;
	return isOwn && !!expires && Number(expires) < Date.now();
}
