/** Settings of a node that kube-proxy's rules depend on. */
export const TCP_BE_LIBERAL = 'net.netfilter.nf_conntrack_tcp_be_liberal';
