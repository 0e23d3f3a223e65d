package linkserver

// vscpdHelp is what vscpd answers to HELP, blanks at line ends included.
//
//nolint:misspell // as it is there
const vscpdHelp = `Help for the VSCP tcp/ip interface
====================================================================
To get more information about a specific command issue 'HELP command'
+                 - Repeat last command.
+n                - Repeat command 'n' (0 is last).
++                - List repeatable commands.
NOOP              - No operation. Does nothing.
QUIT              - Close the connection.
USER 'username'   - Username for login. 
PASS 'password'   - Password for login.  
CHALLENGE 'token' - Get session id.  
SEND 'event'      - Send an event.   
RETR 'count'      - Retrive n events from input queue.   
RCVLOOP           - Will retrieve events in an endless loop until the connection is closed by the client or QUITLOOP is sent.
QUITLOOP          - Terminate RCVLOOP.
CDTA/CHKDATA      - Check if there is data in the input queue.
CLRA/CLRALL       - Clear input queue.
STAT              - Get statistical information.
INFO              - Get status info.
CHID              - Get channel id.
SGID/SETGUID      - Set GUID for channel.
GGID/GETGUID      - Get GUID for channel.
VERS/VERSION      - Get VSCP daemon version.
SFLT/SETFILTER    - Set incoming event filter.
SMSK/SETMASK      - Set incoming event mask.
HELP [command]    - This command.
TEST              - Do test sequence. Only used for debugging.
SHUTDOWN          - Shutdown the daemon.
RESTART           - Restart the daemon.
INTERFACE         - Interface handling. 
WCYD/WHATCANYOUDO - Check server capabilities. 
`

// firmwareHelp is what the firmware answers to HELP, blanks at line ends included.
const firmwareHelp = `Help for the VSCP link protocol interface
====================================================================
To get more information about a specific command issue 'help <command>'
noop              - No operation. Does nothing.
quit              - Close the connection.
user 'username'   - Username for login. 
pass 'password'   - Password for login.  
challenge 'token' - Get session id.  
send 'event'      - Send an event.   
retr 'count'      - Retrieve n events from input queue.   
rcvloop           - Start receive loop. 
quitloop          - Terminate 'rcvloop'.
cdat/chkdata      - Check if there is data in the input queue.
clra/clrall       - Clear input queue.
stat              - Get statistical information.
info              - Get status info.
chid              - Get channel id.
sgid/setguid      - Set GUID for channel.
ggid/getguid      - Get GUID for channel.
vers/version      - Get VSCP device version.
sflt/setfilter    - Set incoming event filter.
smsk/setmask      - Set incoming event mask.
interface         - List interfaces on device.
interface list    - List interfaces on device.
interface close <guid> - Close interface <guid>.
help [command]    - This command.
test              - Do test sequence. Only used for debugging.
wcyd/whatcanyoudo - Check server capabilities. 
shutdown          - Shutdown the device. 
restart           - Restart the device. 
binary            - Enter binary mode (if available). 
`
