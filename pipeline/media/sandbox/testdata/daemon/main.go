// Command daemon stands for a program that will not end: it ignores what asks it to, and leaves a process behind in a
// session of its own. It prints that one's number, or 0.
package main

import (
	"fmt"
	"os"
	"os/signal"
	"syscall"
	"time"
)

func main() {
	signal.Ignore(syscall.SIGTERM, syscall.SIGINT, syscall.SIGHUP)
	pid := 0
	if len(os.Args) < 2 {
		pid, _ = syscall.ForkExec(os.Args[0], []string{os.Args[0], "left"}, &syscall.ProcAttr{Sys: &syscall.SysProcAttr{Setsid: true}})
	}
	fmt.Println(pid)
	time.Sleep(time.Minute)
}
