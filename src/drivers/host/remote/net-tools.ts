/** In front of the scripts about networks: where their tools are on hosts whose sshd gives a short PATH; VDE also in /opt. */
export const vdeTools = `\
PATH=\${PATH:-/usr/bin:/bin}:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin:/opt/vde/sbin:/opt/vde/bin
LC_ALL=C
export LC_ALL PATH`
