import tls from 'node:tls';

/** Node 22.15 and newer can tell what it trusts, NODE_EXTRA_CA_CERTS included. */
interface NewerTls {
	getCACertificates?: (type: 'default') => string[];
}

/**
 * TLS options that trust one authority more.
 * @param rootCa - in PEM form; undefined: trust what Node trusts
 */
export function trusting(rootCa: string | undefined): { ca?: string[] } {
	if (rootCa === undefined) return {};
	const trusted = (tls as NewerTls).getCACertificates?.('default') ?? tls.rootCertificates;
	return { ca: [...trusted, rootCa] };
}
