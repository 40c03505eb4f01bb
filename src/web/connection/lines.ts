/** One way to send a file, as somebody types it. */
export interface Line {
  tool: string;
  text: string;
}

export interface Target {
  host: string;
  ports: { sftp: number | undefined; ftp: number | undefined; ftps: number | undefined };
  username: string;
}

/** Lines to copy, for the doors that are open. The password is asked for, and stands in no line. */
export function linesFor({ host, ports: { sftp, ftp }, username }: Target): Line[] {
  const named = host.includes(':') ? `[${host}]` : host;
  return [
    ...(sftp === undefined
      ? []
      : [
          { tool: 'sftp', text: `sftp -P ${sftp} ${username}@${host}\nput ecritures.csv` },
          {
            tool: 'curl',
            text: `curl --user ${username} -T ecritures.csv sftp://${named}:${sftp}/`,
          },
          { tool: 'lftp', text: `lftp -u ${username} -e "put ecritures.csv; bye" sftp://${named}:${sftp}` },
          {
            tool: 'WinSCP',
            text: `winscp.com /command "open sftp://${username}@${named}:${sftp}/" "put ecritures.csv" "exit"`,
          },
        ]),
    ...(ftp === undefined
      ? []
      : [{ tool: 'FTPS (curl)', text: `curl --ssl-reqd --user ${username} -T ecritures.csv ftp://${named}:${ftp}/` }]),
  ];
}
